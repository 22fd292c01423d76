import type { UserRepository } from './repository.js';
import type { Trigger } from './runner.js';

/** A pull request into main, of the repository itself or, with another `head`, of a fork. */
export function pullRequest(repository: UserRepository, sha: string, head = 'acme/fleet'): Trigger {
  return {
    origin: repository.root,
    sha,
    eventName: 'pull_request',
    baseRef: 'main',
    ref: 'refs/pull/7/merge',
    isFork: head !== 'acme/fleet',
    event: { pull_request: { number: 7, head: { repo: { full_name: head } } }, repository: { default_branch: 'main' } },
  };
}
