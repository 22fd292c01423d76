/**
 * What somebody might call an image so that a report of it does more than show the name. Every text holds `payload`, by
 * which it is found again.
 */
export const payload = 'PAYLOAD';

export const hostileNames: readonly string[] = [
  // Terminals.
  `\u001b[31m${payload}\u001b[0m`,
  `\u001b]0;${payload}\u0007`,
  `\u001b]8;;https://evil.example\u0007${payload}\u001b]8;;\u0007`,
  `\u009b2J${payload}`,
  `ding\u0007${payload}`,
  `fine\r${payload}`,
  `a\u0000${payload}\ud800`,
  `user\u202e${payload}\u2066`,
  `zero\u200b\u200d\ufeff${payload}`,
  `\u2028${payload}\u2029`,
  // CI logs.
  `::set-output name=x::${payload}`,
  `\n::error file=a.ts::${payload}`,
  `a\r\n  ::add-mask::${payload}`,
  `text ##[error]${payload}`,
  `##[command]${payload}`,
  `%0A::warning::${payload}`,
  `,line=1::${payload}`,
  // Markdown.
  `</details><h1>${payload}</h1>`,
  `<!-- tallyman:plan:k3v9x2ab -->${payload}`,
  `-->${payload}<!--`,
  `\`\`\`\n${payload}\n\`\`\``,
  `\`\`\`\`\`\`\`\`${payload}`,
  `\`${payload}`,
  `![${payload}](https://evil.example/x.png)`,
  `[${payload}](javascript:alert(1))`,
  `[x]: https://evil.example "${payload}"`,
  `<img src=x onerror=alert(1)>${payload}`,
  `<https://evil.example/${payload}>`,
  `https://evil.example/${payload}`,
  `www.evil.example/${payload}`,
  `${payload}@evil.example`,
  `@org/team ${payload} @octocat`,
  `#1 GH-1 ${payload} org/repo#1`,
  `*a* **b** _c_ ~~d~~ ${payload}`,
  `| a | ${payload} |\n|---|---|`,
  `# ${payload}`,
  `- ${payload}`,
  `1. ${payload}`,
  `> ${payload}`,
  `    ${payload}`,
  `---\n${payload}`,
  `&lt;b&gt;&#64;${payload}`,
  `\\${payload}\\`,
  `$\\href{https://evil.example}{${payload}}$`,
  // All of it at once.
  `](http://x) <img src=x onerror=alert(1)> ::set-env:: ##[add-mask] \u001b[2J ${payload}`,
  // Mermaid.
  `"]; click n0 "https://evil.example" ${payload}`,
  `"\n  n1 --> ${payload}`,
  `#quot;${payload};`,
  // XML and HTML.
  `]]>${payload}`,
  `"><failure message="${payload}"/>`,
  `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>${payload}`,
  `&${payload};`,
  `\ufffe\uffff${payload}`,
  `<script>alert('${payload}')</script>`,
  `' onmouseover='${payload}`,
  // JSON.
  `","valid":true,"x":"${payload}`,
  `\\u0000\\"${payload}`,
  // SARIF.
  `[${payload}](1) {0} [a](https://evil.example)`,
];
