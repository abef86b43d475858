/* <desk-editor>: a textarea that becomes a merge editor. Without this script the textarea stays what it is.
 *
 *   <desk-editor layout="side" original="desk_original" label="Working text" original-label="Generated text">
 *     <textarea name="body">...</textarea>
 *   </desk-editor>
 *
 * It lives in a shadow root, where its styles are adopted style sheets: the page's policy needs no nonce and no
 * exception. What is typed goes into the textarea at once, with an `input` event, so a form sends it and other
 * scripts see it. Events: `editor-ready`, `editor-cursor` {line, offset},
 * `editor-finding` {id} when the cursor comes to a marked passage, `editor-comment` {id, asked} when it comes to one that
 * is talked about, and (asked) when its sign is clicked. */

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands"
import { HighlightStyle, Language, defineLanguageFacet, syntaxHighlighting } from "@codemirror/language"
import { MergeView, getChunks, goToNextChunk, goToPreviousChunk, unifiedMergeView } from "@codemirror/merge"
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search"
import { Compartment, EditorState, StateEffect, StateField } from "@codemirror/state"
import { Decoration, EditorView, WidgetType, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view"
import { parser as markdown } from "@lezer/markdown"
import { tags } from "@lezer/highlight"

const language = new Language(defineLanguageFacet(), markdown, [], "markdown")

const highlighting = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--link-fg, #417893)" },
  { tag: tags.monospace, fontFamily: "var(--font-family-monospace, monospace)" },
  { tag: [tags.processingInstruction, tags.quote], color: "var(--body-quiet-color, #666)" },
])

/* Reading a long text as Markdown takes longer than all else that an editor needs, so it gets its looks when there is time. */
const looks = new Compartment()
const marked = [language, syntaxHighlighting(highlighting)]
const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 200))

const theme = EditorView.theme({
  "&": { color: "var(--body-fg)", backgroundColor: "var(--body-bg)", fontSize: ".875rem" },
  "&.cm-focused": { outline: "2px solid var(--link-fg, #417893)", outlineOffset: "-2px" },
  ".cm-content": {
    fontFamily: "var(--font-family-monospace, monospace)",
    lineHeight: "1.55",
    caretColor: "var(--body-fg)",
    padding: ".5rem 0",
  },
  ".cm-cursor": { borderLeftColor: "var(--body-fg)", borderLeftWidth: "2px" },
  ".cm-gutters": {
    backgroundColor: "var(--darkened-bg)",
    color: "var(--body-quiet-color)",
    borderRight: "1px solid var(--hairline-color)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--link-fg) 7%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--link-fg) 30%, transparent)",
  },
  ".cm-panels": { backgroundColor: "var(--darkened-bg)", color: "var(--body-fg)" },
  ".cm-textfield": { backgroundColor: "var(--body-bg)", color: "var(--body-fg)", fontSize: "inherit" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--button-bg)", color: "var(--button-fg)" },
  ".cm-changeGutter": { width: "1.2em", paddingLeft: "0" },
  "& .cm-changeGutter .cm-changedLineGutter, & .cm-changeGutter .cm-deletedLineGutter": {
    background: "none",
    textAlign: "center",
    fontWeight: "700",
  },
  "&.cm-merge-a .cm-changedLineGutter::before, .cm-deletedLineGutter::before": { content: '"−"' },
  ".cm-changedLineGutter::before": { content: '"+"' },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk, .cm-deletedLine": {
    backgroundColor: "var(--desk-removed-bg, #fbe9e7)",
  },
  "&.cm-merge-b .cm-changedLine, .cm-changedLine, .cm-insertedLine": {
    backgroundColor: "var(--desk-added-bg, #e7f5ea)",
  },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText, .cm-deletedText": {
    background: "none",
    textDecoration: "line-through",
    textDecorationThickness: "2px",
  },
  "&.cm-merge-b .cm-changedText, .cm-changedText, .cm-insertedText": {
    background: "none",
    textDecoration: "underline",
    textDecorationThickness: "2px",
    textUnderlineOffset: "3px",
  },
  ".cm-deletedChunk": { paddingLeft: "6px" },
  "& .cm-deletedChunk .cm-chunkButtons": { position: "static", float: "right", margin: "2px 6px" },
  "& .cm-deletedChunk .cm-chunkButtons button.take-back": {
    color: "var(--body-fg)",
    backgroundColor: "var(--body-bg)",
    border: "1px solid var(--border-color)",
    minHeight: "1.5rem",
    padding: "0 .6rem",
  },
  ".cm-collapsedLines": {
    background: "var(--darkened-bg)",
    color: "var(--body-quiet-color)",
    padding: ".3rem .6rem",
    cursor: "pointer",
  },
  ".passage": {
    backgroundColor: "color-mix(in srgb, var(--accent, #f5dd5d) 22%, transparent)",
    boxShadow: "inset 0 2px var(--body-quiet-color, #666)",
  },
  ".passage-sign": {
    display: "inline-block",
    minWidth: "1.5rem",
    lineHeight: "1.2",
    marginRight: "2px",
    textAlign: "center",
    cursor: "pointer",
    color: "var(--body-fg)",
    border: "1px solid var(--body-quiet-color, #666)",
    borderRadius: "4px",
  },
  ".finding": { borderBottom: "3px dotted var(--desk-info, #417893)" },
  ".finding-warn": { borderBottom: "3px dashed var(--desk-warn, #8a6100)" },
  ".finding-block": { borderBottom: "3px double var(--desk-block, #b3261e)" },
})

const ownStyles = `
  :host { display: block; min-width: 0; }
  :host([hidden]) { display: none; }
  .frame { border: 1px solid var(--border-color); border-radius: 4px; overflow: hidden; }
  .cm-mergeView { max-height: var(--desk-editor-height, 70vh); }
  .frame > .cm-editor { max-height: var(--desk-editor-height, 70vh); }
  .cm-mergeViewEditors { min-width: 0; }
  .cm-merge-revert { width: 2rem; background: var(--darkened-bg); }
  .cm-merge-revert button, .take-back {
    min-width: 1.5rem; min-height: 1.5rem; padding: 0; border: 1px solid var(--border-color); border-radius: 4px;
    background: var(--body-bg); color: var(--body-fg); font: inherit; line-height: 1; cursor: pointer;
  }
  .take-back { padding: 0 .5rem; font-size: .75rem; }
  button:focus-visible { outline: 2px solid var(--link-fg); outline-offset: 1px; }
  @media (max-width: 767px) { .cm-mergeViewEditors { flex-direction: column; } .cm-mergeViewEditor { flex: none; } .cm-merge-revert { display: none; } }
`

const setFindings = StateEffect.define()
const findingMarks = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    marks = marks.map(transaction.changes)
    for (const effect of transaction.effects) if (effect.is(setFindings)) marks = marksOf(effect.value, transaction.newDoc)
    return marks
  },
  provide: (field) => EditorView.decorations.from(field),
})

function marksOf(findings, doc) {
  const marks = findings
    .filter(({ from, to }) => from >= 0 && from < to && to <= doc.length)
    .map(({ from, to, severity, message, id }) =>
      Decoration.mark({
        class: `finding finding-${severity}`,
        attributes: { title: message, ...(id && { "data-finding": String(id) }) },
      }).range(from, to),
    )
  return Decoration.set(marks, true)
}

/* Passages that are talked about: [{from, to, id, says}]. They move with the text; one whose words are all gone is gone. */
const setPassages = StateEffect.define()
const passages = StateField.define({
  create: () => [],
  update(known, transaction) {
    const { changes } = transaction
    if (transaction.docChanged)
      known = known
        .map((one) => ({ ...one, from: changes.mapPos(one.from, 1), to: changes.mapPos(one.to, -1) }))
        .filter(({ from, to }) => from < to)
    for (const effect of transaction.effects)
      if (effect.is(setPassages))
        known = effect.value
          .map((one) => ({ ...one, ...placeOf(one, known) }))
          .filter(({ from, to }) => from >= 0 && from < to && to <= transaction.newDoc.length)
    return known
  },
  provide: (field) => EditorView.decorations.from(field, passageMarks),
})

/* Where a passage that is marked already has got to; else where it is said to be. */
function placeOf({ id, from, to }, known) {
  return known.find((one) => one.id === id) ?? { from, to }
}

function passageMarks(known) {
  const ranges = known.flatMap(({ from, to, id, says }) => [
    Decoration.widget({ widget: new PassageSign(id, says), side: -1 }).range(from),
    Decoration.mark({ class: "passage", attributes: { title: says } }).range(from, to),
  ])
  return Decoration.set(ranges, true)
}

class PassageSign extends WidgetType {
  constructor(id, says) {
    super()
    Object.assign(this, { id, says })
  }

  eq(other) {
    return other.id === this.id && other.says === this.says
  }

  toDOM() {
    const sign = document.createElement("span")
    sign.className = "passage-sign"
    sign.textContent = "❝"
    sign.title = this.says
    sign.setAttribute("aria-hidden", "true") // a key and the panel lead there, too
    sign.addEventListener("mousedown", (event) => event.preventDefault())
    sign.addEventListener("click", () => {
      const detail = { id: this.id, asked: true }
      sign.dispatchEvent(new CustomEvent("editor-comment", { bubbles: true, composed: true, detail }))
    })
    return sign
  }

  ignoreEvent() {
    return true
  }
}

function button(label, sign, className) {
  const element = document.createElement("button")
  element.type = "button"
  element.className = className
  element.textContent = sign
  element.title = label
  element.setAttribute("aria-label", label)
  return element
}

class DeskEditor extends HTMLElement {
  static observedAttributes = ["layout"]
  #findings = []
  #original = ""
  #talkedAbout

  connectedCallback() {
    if (this.view) return
    this.textarea = this.querySelector("textarea:not([readonly])")
    if (!this.textarea) return
    const source = document.getElementById(this.getAttribute("original"))
    this.#original = source ? (source.value ?? source.textContent) : ""
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open", delegatesFocus: true })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(ownStyles)
    root.adoptedStyleSheets = [sheet]
    this.frame = document.createElement("div")
    this.frame.className = "frame"
    root.replaceChildren(this.frame)
    this.#build(this.textarea.value)
    this.textarea.form?.addEventListener("reset", () => queueMicrotask(() => (this.value = this.textarea.value)))
    this.dispatchEvent(new CustomEvent("editor-ready", { bubbles: true }))
  }

  attributeChangedCallback(_name, before, after) {
    if (this.view && before !== after) this.#build(this.value)
  }

  /** The working text as it stands. */
  get value() {
    return this.view.state.doc.toString()
  }

  set value(text) {
    this.replace(0, this.view.state.doc.length, text)
  }

  /** The text that the working text is compared with. */
  get original() {
    return this.#original
  }

  set original(text) {
    this.#original = text
    this.#build(this.value)
  }

  /** Passages to mark: [{from, to, severity: block|warn|info, message, id}], in UTF-16 units of the text. */
  set findings(list) {
    this.#findings = list
    this.view.dispatch({ effects: setFindings.of(list) })
  }

  /** Passages that are talked about: [{from, to, id, says}]. One that is marked already stays where it has got to. */
  set passages(list) {
    this.view.dispatch({ effects: setPassages.of(list) })
  }

  get passages() {
    return this.view.state.field(passages)
  }

  /** Put text in place of a range, as one step that can be undone. */
  replace(from, to, insert) {
    this.view.dispatch({ changes: { from, to, insert }, userEvent: "input" })
  }

  /** Select a range, bring it into view and give the editor the focus. */
  select(from, to = from) {
    const end = this.view.state.doc.length
    const [anchor, head] = [Math.min(from, end), Math.min(to, end)]
    this.view.dispatch({
      selection: { anchor, head },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    })
    this.view.focus()
  }

  /** Bring a range into view and select it; the focus stays where it is. */
  reveal(from, to = from) {
    const end = this.view.state.doc.length
    const [anchor, head] = [Math.min(from, end), Math.min(to, end)]
    this.view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) })
  }

  /** Put the cursor at the beginning of a line (from 1). */
  goTo(line) {
    const { doc } = this.view.state
    this.select(doc.line(Math.max(1, Math.min(line, doc.lines))).from)
  }

  /** Give the working text the focus. */
  focusText() {
    this.view.focus()
  }

  nextChange() {
    goToNextChunk(this.view)
    this.view.focus()
  }

  /** Put the original in place of the change at the cursor; whether there was one. */
  takeBack() {
    const { doc, selection } = this.view.state
    const at = selection.main.head
    const chunk = getChunks(this.view.state)?.chunks.find(({ fromB, toB }) => at >= fromB && at <= Math.max(fromB, toB - 1))
    if (!chunk) return false
    const { fromA, toA, fromB, toB } = chunk
    const lost = this.#original.replace(/\r\n?/g, "\n").slice(fromA, Math.max(fromA, toA - 1))
    const end = fromA !== toA && toB <= doc.length ? "\n" : ""
    this.replace(fromB, Math.min(doc.length, toB), lost + end)
    return true
  }

  previousChange() {
    goToPreviousChunk(this.view)
    this.view.focus()
  }

  #build(text) {
    const selection = this.view?.state.selection
    const focused = this.view?.hasFocus
    const talkedAbout = this.view ? this.passages : []
    this.merge?.destroy()
    this.view?.destroy()
    this.frame.replaceChildren()
    this.merge = null
    const root = this.shadowRoot
    const layout = this.getAttribute("layout")
    if (layout === "side") {
      this.merge = new MergeView({
        a: { doc: this.#original, extensions: [EditorState.readOnly.of(true), ...this.#shared("original-label")] },
        b: { doc: text, extensions: this.#working() },
        parent: this.frame,
        root,
        revertControls: "a-to-b",
        renderRevertControl: () => {
          const control = button("Take back this change", "→", "revert")
          control.addEventListener("click", (event) => {
            // the view listens to the mouse alone; a key's click has no detail
            if (event.detail === 0) control.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }))
          })
          return control
        },
        gutter: true,
        collapseUnchanged: this.hasAttribute("collapse") ? { margin: 3, minSize: 8 } : undefined,
        diffConfig: { scanLimit: 1000, timeout: 200 },
      })
      this.view = this.merge.b
    } else {
      const extensions = this.#working()
      if (layout === "inline")
        extensions.push(
          unifiedMergeView({
            original: this.#original,
            gutter: true,
            mergeControls: (type, action) => {
              if (type === "accept") return document.createElement("span")
              const control = button("Take back this change", "Take back", "take-back")
              control.addEventListener("mousedown", action)
              control.addEventListener("keydown", (event) => {
                if (event.key === "Enter" || event.key === " ") action(event)
              })
              return control
            },
            diffConfig: { scanLimit: 1000, timeout: 200 },
          }),
        )
      this.view = new EditorView({ state: EditorState.create({ doc: text, extensions }), parent: this.frame, root })
    }
    this.view.dispatch({ effects: [setFindings.of(this.#findings), setPassages.of(talkedAbout)] })
    if (selection && selection.main.to <= this.view.state.doc.length) this.view.dispatch({ selection })
    if (focused) this.view.focus()
    const view = this.view
    const views = this.merge ? [view, this.merge.a] : [view]
    whenIdle(() => {
      if (this.view === view) for (const each of views) each.dispatch({ effects: looks.reconfigure(marked) })
    }, { timeout: 2000 })
  }

  #tellFinding(offset) {
    this.view.state.field(findingMarks).between(offset, offset, (_from, _to, mark) => {
      const id = mark.spec.attributes?.["data-finding"]
      if (id) this.dispatchEvent(new CustomEvent("editor-finding", { bubbles: true, detail: { id } }))
      return false
    })
  }

  #tellPassage(offset) {
    const id = this.passages.find(({ from, to }) => from <= offset && offset <= to)?.id
    if (id !== this.#talkedAbout && id) this.dispatchEvent(new CustomEvent("editor-comment", { bubbles: true, detail: { id } }))
    this.#talkedAbout = id
  }

  #shared(label) {
    return [
      lineNumbers(),
      EditorView.lineWrapping,
      theme,
      looks.of([]),
      EditorView.contentAttributes.of({
        "aria-label": this.getAttribute(label) ?? "",
        tabindex: "0",
        spellcheck: "true",
        ...(this.textarea.disabled && { "aria-readonly": "true" }),
      }),
      EditorState.readOnly.of(this.textarea.matches(":disabled")),
    ]
  }

  #working() {
    return [
      ...this.#shared("label"),
      history(),
      drawSelection(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      search({ top: true }),
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
      findingMarks,
      passages,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          this.textarea.value = update.state.doc.toString()
          this.textarea.dispatchEvent(new Event("input", { bubbles: true }))
        }
        if (update.docChanged || update.selectionSet) {
          const offset = update.state.selection.main.head
          const { number } = update.state.doc.lineAt(offset)
          this.dispatchEvent(new CustomEvent("editor-cursor", { bubbles: true, detail: { line: number, offset } }))
          if (update.selectionSet && update.transactions.some((one) => one.isUserEvent("select"))) {
            this.#tellFinding(offset)
            this.#tellPassage(offset)
          }
        }
      }),
    ]
  }
}

customElements.define("desk-editor", DeskEditor)
