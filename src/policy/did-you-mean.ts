/** Letters that may differ for a name to be offered. */
const distanceMax = 3;

/** `, did you mean 'x'?` for the nearest of the candidates; '' where none is near. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const nearest = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.min(distanceMax, Math.floor(candidate.length / 2)))
    .reduce<{ candidate: string; distance: number } | null>(
      (best, next) => (best === null || next.distance < best.distance ? next : best),
      null,
    );
  return nearest === null ? '' : `, did you mean '${nearest.candidate}'?`;
}

/** Insertions, deletions and replacements that lead from one to the other. Long names are cut: they are never near. */
function editDistance(a: string, b: string): number {
  const left = a.slice(0, 64);
  const right = b.slice(0, 64);
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
