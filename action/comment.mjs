// Writes the report under the pull request, in place of the one before.
import { readFileSync } from 'node:fs';
import { list, request } from './github-api.mjs';
import { annotate, required, step } from './workflow.mjs';

const needs = 'pull-requests: write';

await step(async () => {
  const number = pullRequestNumber();
  if (number === undefined) {
    annotate('notice', 'no comment: this event belongs to no pull request');
    return;
  }
  const path = `/repos/${required('GITHUB_REPOSITORY')}/issues`;
  const report = reportText();
  const own = ownMarker();
  const body = `${report}\n${own}\n`;
  const [marker = ''] = /^<!-- tallyman:\S+ -->/.exec(report) ?? [];
  // A comment of somebody else is never touched, whatever it holds.
  const comments = (await list(`${path}/${number}/comments`, { needs })).filter(
    ({ user }) => user?.login === required('AUTHOR'),
  );
  const last = comments.find((comment) => {
    return (marker !== '' && comment.body.startsWith(marker)) || comment.body.trimEnd().endsWith(own);
  });
  if (last === undefined) await request('POST', `${path}/${number}/comments`, { body: { body }, needs });
  else await request('PATCH', `${path}/comments/${last.id}`, { body: { body }, needs });
});

/** Of the event that started the run; undefined where that is about none. */
function pullRequestNumber() {
  const event = JSON.parse(readFileSync(required('GITHUB_EVENT_PATH'), 'utf8'));
  return event.pull_request?.number ?? (event.issue?.pull_request === undefined ? undefined : event.issue.number);
}

/** Where there is no report, that is said: an old one must not stand there as if it were of today. */
function reportText() {
  const file = process.env.REPORT_FILE ?? '';
  if (file !== '') return readFileSync(file, 'utf8').trimEnd();
  const command = required('INPUT_COMMAND');
  return `### ❌ tallyman ${command}: exit code ${Number(required('EXIT_CODE'))}\n\nThere is no report; the log of the job says why.`;
}

/** What is the same in every run of this step, whether the project could be read or not. */
function ownMarker() {
  const parts = ['INPUT_COMMAND', 'INPUT_PATH', 'INPUT_ENV'].map((name) => (process.env[name] ?? '').trim());
  return `<!-- tallyman-action:${parts.map((part) => encodeURIComponent(part).replaceAll('-', '%2D')).join(':')} -->`;
}
