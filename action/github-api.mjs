// Calls of GitHub's REST API with the token of the step.
import { required, StepError } from './workflow.mjs';

/** Of a list that is followed page by page: 100 pages of 100. */
const pagesMax = 100;

/** Resolves with `{ status, body }`; `body` is what the answer's JSON says, null where it has none. */
async function call(method, path, body) {
  const base = process.env.GITHUB_API_URL || 'https://api.github.com';
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${required('GITHUB_TOKEN')}`,
      'x-github-api-version': '2022-11-28',
      'user-agent': 'tallyman-action',
    },
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : parsed(text) };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As `call`, for what must succeed. `needs`: the permission that is missing where it is refused. */
export async function request(method, path, { body, needs }) {
  const answer = await call(method, path, body);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const isRefused = answer.status === 403 || answer.status === 404;
  const advice = isRefused ? `. The token needs \`${needs}\`; that of a pull request from a fork has none` : '';
  throw new StepError(`${method} ${path.split('?')[0]} was answered with ${answer.status}${advice}`);
}

/** All items of a list. */
export async function list(path, { needs }) {
  const items = [];
  for (let page = 1; page <= pagesMax; page += 1) {
    const found = await request('GET', `${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`, { needs });
    items.push(...found);
    if (found.length < 100) return items;
  }
  throw new StepError(`${path} lists more than ${pagesMax * 100} items`);
}
