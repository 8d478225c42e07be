"""The look of the sandbox's pages: readable on a phone, and not to be taken for a registry's."""

from __future__ import annotations

from typing import Final

STYLE: Final = """\
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
body { margin: 0; background: Canvas; color: CanvasText }
.label { margin: 0; padding: .6rem 1rem;
  background: repeating-linear-gradient(45deg, #ffd400 0 14px, #e9bf00 14px 28px);
  color: #111; font-weight: 700; text-align: center }
main { max-width: 34rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.4rem; line-height: 1.25 }
h2 { font-size: 1.1rem; margin-top: 2rem }
nav a { display: inline-block; padding: .5rem .7rem; text-transform: uppercase }
nav a[aria-current] { font-weight: 700; text-decoration: none; color: inherit }
a { color: LinkText }
.command { font-size: 1.15rem; border-left: 6px solid #1f6feb; padding: .5rem .8rem }
.good, .bad { font-weight: 700; padding: .5rem .8rem; border-left: 6px solid #1a7f37 }
.bad { border-color: #cf222e }
.choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.4rem, 1fr)); gap: .6rem; margin: .8rem 0 }
button, .button { display: block; width: 100%; min-height: 3rem; padding: .5rem .8rem; box-sizing: border-box;
  font: inherit; border: 1px solid; border-radius: .5rem; background: ButtonFace; color: ButtonText; text-align: center;
  text-decoration: none; cursor: pointer; align-content: center }
form { margin: .8rem 0 }
form > label { display: block; margin: .6rem 0 }
form > label input { display: block; width: 100%; min-height: 2.8rem; box-sizing: border-box; font: inherit }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px }
button:disabled { font-weight: 700; opacity: .6; cursor: default }
.quiet { border-style: dashed }
fieldset { border: 1px solid; border-radius: .5rem }
fieldset label { display: inline-block; padding: .6rem 1rem .6rem 0 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .35rem 1rem .35rem 0; text-align: left }
.inbox { list-style: none; padding: 0 }
.inbox li { border: 1px solid; border-radius: .5rem; padding: .5rem .9rem; margin: .7rem 0; overflow-wrap: anywhere }
.inbox p { margin: .2rem 0 }
.meta { opacity: .75; font-size: .9rem }
"""
