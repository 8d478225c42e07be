"""The desk's one sheet of styles."""

from typing import Final

CSS: Final = """
:root{color-scheme:light dark;--ink:#1a202c;--quiet:#5e6a7d;--paper:#f5f7fa;--panel:#fff;--rule:#cbd2dd;--act:#1d4ed8;
--bad:#b02a37;--good:#176b3a;--warn:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf1;--quiet:#a2adbd;--paper:#12161d;--panel:#1b212b;--rule:#39424f;
--act:#8ab4ff;--bad:#ff9aa2;--good:#7fd6a0;--warn:#f0c36a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center;padding:.75rem 1.25rem;background:var(--panel);
border-bottom:1px solid var(--rule)}header b{font-size:1.05rem}header .grow{flex:1}header form{display:inline}
main{max-width:64rem;margin:0 auto;padding:1.25rem}h1{font-size:1.5rem;margin:.5rem 0 1rem}
h2{font-size:1.1rem;margin:0 0 .6rem}
.panel{background:var(--panel);border:1px solid var(--rule);border-radius:.5rem;padding:1rem 1.25rem;margin:0 0 1rem}
summary{font-weight:600;cursor:pointer}.row,fieldset{margin:.9rem 0;border:0;padding:0;min-width:0}
.group>*{min-width:0}legend,label{display:block;
font-weight:600;padding:0;margin:0 0 .25rem}
.clause{font-weight:400;color:var(--quiet);font-size:.8rem;margin-left:.5rem}
input[type=text],input[type=password],input[type=email],input[type=datetime-local],input[type=date],select,
textarea{width:100%;max-width:46rem;padding:.45rem .6rem;border:1px solid var(--rule);border-radius:.35rem;
background:var(--panel);color:inherit;font:inherit}
input.when{max-width:13rem;font-variant-numeric:tabular-nums}
.drill{border:2px dashed var(--warn);color:var(--warn);font-weight:600}td .drill,h1 .drill{padding:0 .4em;
border-width:1px;border-radius:.3rem;font-size:.85rem;white-space:nowrap}
.group{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.5rem 1rem;
margin:0 0 .75rem}.group label,.tick{font-weight:400;font-size:.92rem}.tick input{width:auto}
.help{color:var(--quiet);font-size:.88rem;margin:.2rem 0}.lack,.bad{color:var(--bad);margin:.2rem 0}
.good{color:var(--good)}.warn{color:var(--warn)}
button,.button{display:inline-block;border:1px solid var(--act);background:var(--act);color:#fff;
padding:.45rem .9rem;border-radius:.35rem;font:inherit;text-decoration:none;cursor:pointer;margin:.25rem .5rem .25rem 0}
input[type=text]+button,textarea+button{display:block;margin-top:.6rem}
@media(prefers-color-scheme:dark){button,.button{color:#10151d}}.quiet{background:none;color:var(--act)}
a{color:var(--act)}:focus-visible{outline:3px solid var(--act);outline-offset:2px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--rule)}
ul.letters{list-style:none;margin:0;padding:0}.letters li{margin:0 0 .75rem}.letters p{margin:.25rem 0}
.scroll{overflow-x:auto}blockquote{margin:.4rem 0 .4rem 1rem;padding:.4rem .9rem;border-left:4px solid var(--act);
background:var(--paper)}ol.steps>li{margin:0 0 .9rem}code{font-size:.85rem;word-break:break-all}dl{display:grid;
grid-template-columns:minmax(9rem,16rem) 1fr;gap:.35rem 1rem}dt{color:var(--quiet)}dd{margin:0}
@media(max-width:40rem){dl{grid-template-columns:1fr}main{padding:.75rem}.cards tr,.cards th,.cards td{display:block}
.cards th,.cards td{border:0;padding:.1rem 0}.cards tr{border-bottom:1px solid var(--rule);padding:.5rem 0}}
"""
