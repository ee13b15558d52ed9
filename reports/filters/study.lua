-- study.lua: fills a report with the figures, sentences, charts and tables of the study.
--
-- One filter for both engines. The metadata field `study` names the sidecar, a JSON file with everything the report
-- may print (facts, keys, statements, figures, tables, region, edition). Text from the sidecar becomes pandoc.Str,
-- is therefore never parsed, and cannot bring HTML or typst code with it; only titles and statements are Markdown.
-- An unknown key stops the rendering: a report with a hole is worse than none.
--
-- In Quarto it runs `at: pre-ast`, before Quarto reads `::: {#fig-…}` as a figure: the divs are still empty then.

local HERE = pandoc.path.directory((debug.getinfo(1, "S").source:gsub("^@", "")))
local measure = dofile(pandoc.path.join { HERE, "widths.lua" })

local HTML = FORMAT:match("html") ~= nil
local TYPST = FORMAT:match("typst") ~= nil

local WORDS = {
  de = {
    background = "Was dahinter steht", data = "Daten zur Abbildung", data_page = "Daten: Seite", period = "Zeitraum",
    status = "Status", method = "Verfahren", definition = "Definition", source = "Quelle", sources = "Quellen",
    inputs = "Eingang", more = "… insgesamt %d", id = "Kennung", absent = "Keine Abbildung:", note = "Anmerkung:",
    csv = "Daten als CSV", final = "endgültig", skip = "Zum Inhalt springen", contents = "Inhalt", edition = "Ausgabe",
    cutoff = "Redaktionsschluss", publisher = "Herausgeber", cite = "Zitieren als", top = "Nach oben", page = "Seite",
    interval = "Spanne", digest = "Prüfsumme der Zahlen", table_of = "Tabelle:", colon = ":", as = "wie Nr. %d",
    excerpt = "Auszug: die zehn höchsten und die zehn niedrigsten Werte und die hervorgehobenen Zeilen. "
      .. "Alle %d Zeilen stehen in der Datei @ der Ausgabe.",
  },
  en = {
    background = "What is behind it", data = "Data of this figure", data_page = "Data: page", period = "Period",
    status = "Status", method = "Method", definition = "Definition", source = "Source", sources = "Sources",
    inputs = "Inputs", more = "… %d in all", id = "Identifier", absent = "No figure:", note = "Note:",
    csv = "Data as CSV", final = "final", skip = "Skip to content", contents = "Contents", edition = "Edition",
    cutoff = "Data as of", publisher = "Publisher", cite = "Cite as", top = "Back to top", page = "Page",
    interval = "Range", digest = "Checksum of the figures", table_of = "Table:", colon = ":", as = "as no. %d",
    excerpt = "Excerpt: the ten highest and the ten lowest values and the rows marked in the figure. "
      .. "All %d rows are in the file @ of the edition.",
  },
}

local study, words           -- the sidecar, and the fixed words of its language
local used, number_of = {}, {}    -- ids of the facts in order of first use, and the number of each
local drawn = {}             -- figures in order of use: {key=…, id=…}
local has_annex = false      -- whether the document has a .figure-data div
local plain_facts = false    -- inside headings and metadata a fact is text without a link
local in_cards, in_strong = false, false  -- the figure of a card is set large, its unit small

-- Errors and small parts ----------------------------------------------------------------------------------------

--- Stop the rendering. Quarto replaces `error` by a version that only prints and goes on; `assert` it leaves alone.
local function fail(message)
  assert(false, "\n" .. message .. "\n")
end

--- The value of a JSON field, nil for null.
local function value(x)
  if x == nil or x == pandoc.json.null then return nil end
  return x
end

local function text_of(x, what)
  local found = value(x)
  if found == nil then fail("The sidecar gives no text for " .. what .. ". Run the stage that writes it again.") end
  return tostring(found)
end

--- Keys that share a part with the wanted one, for the error message.
local function similar(wanted, known)
  local found, head = {}, wanted:match("^[%w-]+_?[%w-]*") or wanted
  for key in pairs(known) do
    if key:find(head, 1, true) or wanted:find(key, 1, true) then found[#found + 1] = key end
  end
  table.sort(found)
  if #found == 0 then return "" end
  return " Similar: " .. table.concat(found, ", ", 1, math.min(#found, 5)) .. "."
end

local function lookup(kind, key)
  local entry = value((study[kind] or {})[key])
  if entry == nil then
    fail("Unknown " .. kind:gsub("s$", "") .. " key '" .. key .. "'." .. similar(key, study[kind] or {})
      .. " Correct the key in the report, or let the notebook save it.")
  end
  return entry
end

--- Plain text as inlines. Only blanks separate words; no-break spaces stay inside theirs.
local function inlines(text)
  local result = pandoc.Inlines {}
  for blank, word in text:gmatch("([ \t\r\n]*)([^ \t\r\n]+)") do
    if blank ~= "" and #result > 0 then result:insert(pandoc.Space()) end
    result:insert(pandoc.Str(word))
  end
  return result
end

local READER = "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars-tex_math_single_backslash-latex_macros-smart"
  .. "-emoji-native_divs-native_spans-markdown_in_html_blocks"

local function markdown(text)
  return pandoc.utils.blocks_to_inlines(pandoc.read(text, READER).blocks)
end

local function slug(id)
  return (id:gsub("[^%w._-]", "-"))
end

local function raw(text)
  return pandoc.RawBlock(HTML and "html" or "typst", text)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("[\r\n]+", " ") .. '"'
end

local function has(element, class)
  return element.classes:includes(class)
end

--- Blocks inside a typst function of the template, `#name[…]`; in HTML a div of that class.
local function wrapped(name, blocks)
  if not TYPST then return pandoc.Blocks { pandoc.Div(blocks, { class = name }) } end
  local result = pandoc.Blocks { raw("#" .. name .. "[") }
  result:extend(blocks)
  result:insert(raw("]"))
  return result
end

-- Facts, statements, region -----------------------------------------------------------------------------------

local function fact_by_key(key)
  local id = value((study.keys or {})[key]) or (value((study.facts or {})[key]) and key)
  if id == nil then
    fail("Unknown fact key '" .. key .. "'." .. similar(key, study.keys or {})
      .. " Correct the key in the report, or let the notebook save the fact.")
  end
  local fact = value(study.facts[id])
  if fact == nil then fail("Key '" .. key .. "' names fact '" .. id .. "', which the sidecar does not hold.") end
  return id, fact
end

local function use(id)
  if not number_of[id] then
    used[#used + 1] = id
    number_of[id] = #used
  end
end

local LONGEST_UNIT = 2        -- signs of a unit that is set as large as its figure, such as "%" and "€"

--- The figure of a card with its unit small: "2,01 Mio. t CO₂e" is figure and unit, "9,2 %" and "rund 92.600" are one.
local function card_value(text)
  local figure, unit = text:match("^(.*%d)(.*)$")
  if not figure then return inlines(text) end
  unit = unit:gsub("^\u{a0}", ""):gsub("^\u{202f}", ""):gsub("^ ", "")
  if utf8.len(unit) <= LONGEST_UNIT then return inlines(text) end
  local result, small = inlines(figure), inlines(unit)
  result:insert(pandoc.Space())
  if HTML then
    result:insert(pandoc.Span(small, { class = "card-unit" }))
    return result
  end
  result:insert(pandoc.RawInline("typst", "#card-unit["))
  result:extend(small)
  result:insert(pandoc.RawInline("typst", "]"))
  return result
end

local SHOWN_FIELD = { value = "value_with_unit", status = "status_text" }

local function fact_link(key, show)
  local id, fact = fact_by_key(key)
  local field = SHOWN_FIELD[show] or show
  local text = text_of(fact[field], "'" .. show .. "' of fact '" .. id .. "'")
  local shown = in_strong and not plain_facts and card_value(text) or inlines(text)
  if #shown == 0 then fail("Fact '" .. id .. "' has an empty '" .. show .. "'; nothing could be printed.") end
  use(id)
  if plain_facts then return shown end
  if TYPST then return pandoc.Inlines { pandoc.Link(shown, "#reg-" .. slug(id)) } end
  local attributes = { { "data-fact", id }, { "data-show", show } }
  local hint = tostring(value(fact.label) or id) .. ", " .. tostring(value(fact.period) or "")
  return pandoc.Inlines { pandoc.Link(shown, "#reg-" .. slug(id), hint, pandoc.Attr("", { "fact" }, attributes)) }
end

local fill

local function span(element)
  local key = pandoc.utils.stringify(element.content)
  if has(element, "fact") then return fact_link(key, element.attributes.show or "value"), false end
  if has(element, "statement") then return fill(markdown(text_of(lookup("statements", key), key))), false end
  if has(element, "region") then
    local forms = study.region or {}
    if value(forms[key]) == nil then
      fail("The region has no form '" .. key .. "'." .. similar(key, forms) .. " Add it to the region's grammar.")
    end
    if plain_facts or TYPST then return inlines(forms[key]), false end
    return pandoc.Span(inlines(forms[key]), { class = "region" }), false
  end
end

-- Tables ------------------------------------------------------------------------------------------------------

local function cell_text(row, r, c, what)
  return text_of(row[c], what .. ", row " .. r .. ", column " .. c)
end

-- Room of a printed table in points: the text column with its margin, the text column, one of two columns.
local ROOM = { wide = 464, text = 388, half = 222 }

local function listing(items)
  if #items == 0 then return "()" end
  return "(" .. table.concat(items, ", ") .. ",)"
end

--- Typst takes a table's cells as strings, so no cell can be read as code.
local function typst_table(data, label, room)
  local columns, rows = {}, {}
  local size, width = measure.plan(data, ROOM[room])
  for c, column in ipairs(data.columns) do
    local share = not width and "auto" or ("%.1f"):format(width[c]) .. (column.align == "right" and "pt" or "fr")
    columns[c] = ("(%s, %s, %s, %s)"):format(typst_string(text_of(column.label, "a column's label")),
      typst_string(value(column.unit) or ""), typst_string(value(column.align) or "left"), share)
  end
  for r, row in ipairs(data.rows) do
    local cells = {}
    for c = 1, #data.columns do cells[c] = typst_string(cell_text(row, r, c, label)) end
    rows[r] = listing(cells)
  end
  return raw(("#study-table(%s, %s, size: %.1fpt)"):format(listing(columns), listing(rows), size))
end

local function header_cell(column)
  local cell = inlines(text_of(column.label, "a column's label"))
  local unit = value(column.unit)
  if unit and unit ~= "" then
    cell:insert(pandoc.LineBreak())
    cell:insert(pandoc.Span(inlines(unit), { class = "unit" }))
  end
  return { pandoc.Plain(cell) }
end

--- Words joined by a slash may be parted after it; browsers do not do so by themselves.
local function parted(str)
  local first, rest = str.text:match("^(.+/)(%a.+)$")
  if first then return { pandoc.Str(first), pandoc.RawInline("html", "<wbr>"), pandoc.Str(rest) } end
end

--- A table of long texts: its columns share the frame as in print; on a telephone its rows are stacked, and each cell
--- carries the head of its column.
local function for_long_texts(result, data)
  local shares = measure.shares(data)
  for c, spec in ipairs(result.colspecs) do result.colspecs[c] = { spec[1], shares[c] } end
  for _, row in ipairs(result.bodies[1].body) do
    for c, cell in ipairs(row.cells) do
      cell.attr = pandoc.Attr("", {}, { { "data-label", tostring(data.columns[c].label) } })
      cell.contents = cell.contents:walk { Str = parted }
    end
  end
end

local function simple_table(data, label)
  local aligns, headers, widths, rows = {}, {}, {}, {}
  for c, column in ipairs(data.columns) do
    aligns[c] = column.align == "right" and pandoc.AlignRight or pandoc.AlignLeft
    headers[c], widths[c] = header_cell(column), 0
  end
  for r, row in ipairs(data.rows) do
    rows[r] = {}
    for c = 1, #data.columns do rows[r][c] = { pandoc.Plain(inlines(cell_text(row, r, c, label))) } end
  end
  return pandoc.utils.from_simple_table(pandoc.SimpleTable({}, aligns, widths, headers, rows))
end

--- In HTML a table stands in a container that scrolls by itself; `label` names it to a screen reader.
local function html_table(data, label)
  local result = simple_table(data, label)
  for _, body in ipairs(result.bodies) do body.row_head_columns = 1 end
  local kinds, passages = measure.screen(data)
  for c, cell in ipairs(result.head.rows[1].cells) do
    if kinds[c] and not passages then cell.attr = pandoc.Attr("", { "column-" .. kinds[c] }) end
  end
  if passages then for_long_texts(result, data) end
  local attributes = { { "tabindex", "0" }, { "role", "region" }, { "aria-label", label } }
  return pandoc.Div({ result }, pandoc.Attr("", { "table-scroll", passages and "stacks" or nil }, attributes))
end

local function build_table(data, label, room)
  if TYPST then return typst_table(data, label, room) end
  return html_table(data, label)
end

local function line(class, label, text)
  local content = inlines((label ~= "" and label .. " " or "") .. text)
  return wrapped(class, { pandoc.Para(content) })
end

--- Note and source below a figure or table.
local function below(entry)
  local result = pandoc.Blocks {}
  if value(entry.note) and entry.note ~= "" then result:extend(line("note", words.note, entry.note)) end
  if value(entry.source) and entry.source ~= "" then result:extend(line("source", "", entry.source)) end
  return result
end

--- Content with its caption last, as `::: {#fig-x}` wants it; without an id the caption is a title above.
local function float(element, class, content, title)
  if element.identifier == "" then
    local result = wrapped("float-title", { pandoc.Para(title) })
    result:extend(content)
    return pandoc.Div(result, { class = class })
  end
  content:insert(pandoc.Para(title))
  return pandoc.Div(content, pandoc.Attr(element.identifier, { class }))
end

local function data_table(element)
  local key = element.attributes.key or fail("A .data-table has no key attribute: write {.data-table key=\"…\"}.")
  local entry = lookup("tables", key)
  local title = fill(markdown(text_of(entry.caption, "the caption of table '" .. key .. "'")))
  local label = words.table_of .. " " .. pandoc.utils.stringify(title)
  local content = pandoc.Blocks { build_table(entry, label, element.identifier ~= "" and "wide" or "text") }
  content:extend(below(entry))
  return float(element, "study-table", content, title), false
end

-- Figures -----------------------------------------------------------------------------------------------------

local function chart(key, entry)
  local alt = text_of(entry.alt, "the alternative text of figure '" .. key .. "'")
  local file = text_of(entry.file, "the file of figure '" .. key .. "'")
  if TYPST then
    return raw("#study-chart(" .. typst_string(file) .. ", " .. typst_string(alt) .. ")")
  end
  local attributes = { { "alt", alt } }
  if value(entry.spec) then attributes[2] = { "data-spec", entry.spec } end
  local image = pandoc.Image({}, file, "", pandoc.Attr("", { "chart" }, attributes))
  return pandoc.Div({ pandoc.Plain { image } }, { class = "chart-area" })
end

--- A long table is printed as an excerpt; this says so, and where all its rows are.
local function excerpt_note(key, entry)
  if not value(entry.table.total) then return pandoc.Blocks {} end
  local region = (study.region or {}).id
  local file = (value(entry.csv) or key):gsub("^charts/", "")
  if not file:find("/", 1, true) and value(region) then file = region .. "/" .. file end
  local before, after = words.excerpt:format(math.tointeger(entry.table.total) or entry.table.total):match("^(.*)@(.*)$")
  local said = inlines(before)
  said:extend { pandoc.Space(), pandoc.Code("data/charts/" .. file), pandoc.Space() }
  said:extend(inlines(after))
  return wrapped("note", { pandoc.Para(said) })
end

local function data_beside(key, entry, title)
  local result = pandoc.Blocks {}
  if not value(entry.table) then return result end
  if TYPST then
    if has_annex then result:insert(raw("#data-page(<data-" .. slug(key) .. ">, [" .. words.data_page .. "])")) end
    return result
  end
  result:insert(raw('<details class="figure-table"><summary>' .. words.data .. "</summary>"))
  result:insert(build_table(entry.table, words.data .. ": " .. pandoc.utils.stringify(title)))
  result:extend(excerpt_note(key, entry))
  if value(entry.csv) then
    result:insert(pandoc.Plain { pandoc.Link(inlines(words.csv), entry.csv, "", { class = "download" }) })
  end
  result:insert(raw("</details>"))
  return result
end

local function figure(element)
  local key = element.attributes.key or fail("A .figure has no key attribute: write {.figure key=\"…\" #fig-…}.")
  local entry = lookup("figures", key)
  local title = fill(markdown(text_of(entry.title, "the title of figure '" .. key .. "'")))
  local content = pandoc.Blocks {}
  if value(entry.subtitle) and entry.subtitle ~= "" then content:extend(line("subtitle", "", entry.subtitle)) end
  if value(entry.absent) then
    content:extend(line("absent", words.absent, entry.absent))
  else
    content:insert(chart(key, entry))
    drawn[#drawn + 1] = { key = key, id = element.identifier }
  end
  content:extend(below(entry))
  if not value(entry.absent) then content:extend(data_beside(key, entry, title)) end
  return float(element, "study-figure", content, title), false
end

-- Boxes of the report -----------------------------------------------------------------------------------------

local function background(element)
  local content = fill(element.content)
  if TYPST then
    content:insert(1, raw("#background([" .. words.background .. "])["))
    content:insert(raw("]"))
  else
    content:insert(1, raw('<details class="background"><summary>' .. words.background .. "</summary>"))
    content:insert(raw("</details>"))
  end
  return content, false
end

local function strong(element)
  if not in_cards then return nil end
  in_strong = true
  element.content = fill(element.content)
  in_strong = false
  return element, false
end

local function key_figures(element)
  in_cards = true
  local content = fill(element.content)
  in_cards = false
  if not TYPST then return pandoc.Div(content, { class = "key-figures" }), false end
  local result = pandoc.Blocks { raw("#key-figures(") }
  for _, block in ipairs(content) do
    if block.t ~= "BulletList" then fail("A .key-figures div holds one bullet list and nothing else.") end
    for _, item in ipairs(block.content) do
      result:insert(raw("["))
      result:extend(item)
      result:insert(raw("],"))
    end
  end
  result:insert(raw(")"))
  return result, false
end

local TYPST_BOXES = { lead = "lead", findings = "findings", small = "small-print" }

local function box(element)
  for class, name in pairs(TYPST_BOXES) do
    if TYPST and has(element, class) then return wrapped(name, fill(element.content)), false end
  end
end

-- The register of figures and the annex of data tables ---------------------------------------------------------

local source_number, source_list = {}, {}

local function numbered_source(text)
  if not source_number[text] then
    source_list[#source_list + 1] = text
    source_number[text] = #source_list
  end
  return "[" .. source_number[text] .. "]"
end

local function add_part(parts, label, text)
  if text == nil or text == "" then return end
  if #parts > 0 then parts:extend { pandoc.Space(), pandoc.Str("·"), pandoc.Space() } end
  parts:extend(inlines(label .. words.colon .. " "))
  parts:insert(pandoc.Space())
  parts:extend(inlines(text))
end

local MOST_INPUTS = TYPST and 3 or 6   -- longer lists are cut; the register says which command gives all
local CUT_INPUTS = TYPST and 2 or 3

--- Cells of one file (`source@hash:cell`) name it once; long lists are cut and end with their count.
local function shortened(list)
  local said, before = {}, nil
  for i = 1, #list > MOST_INPUTS and CUT_INPUTS or #list do
    local file, cell = list[i]:match("^(.-@%x+):(.+)$")
    said[i] = file and file == before and cell or list[i]
    before = file
  end
  local text = table.concat(said, ", ")
  return #list > MOST_INPUTS and text .. " " .. words.more:format(#list) or text
end

local function sources_of(fact)
  local found = {}
  for i, source in ipairs(value(fact.sources) or {}) do found[i] = TYPST and numbered_source(source) or source end
  return table.concat(found, TYPST and " " or "; ")
end

local function status_of(fact)
  local said = value(fact.status_text)
  if said and said ~= "" then return said end
  return fact.status == "ok" and words.final or value(fact.status)
end

local defined_at = {}         -- definition -> number of the first entry that prints it

--- In print a definition stands once; later entries lead to it. On the page each entry stands alone.
local function definition_of(fact, number)
  local said = value(fact.definition)
  if not said or not TYPST then return said end
  if defined_at[said] then return words.as:format(defined_at[said]) end
  defined_at[said] = number
  return said
end

local function register_entry(number, id)
  local fact = study.facts[id]
  local head = pandoc.Inlines { pandoc.Span(inlines(number .. "."), { class = "entry-number" }), pandoc.Space() }
  head:extend(inlines(text_of(fact.label, "the label of '" .. id .. "'") .. ":"))
  head:insert(pandoc.Space())
  head:insert(pandoc.Strong(inlines(text_of(fact.value_with_unit, "the value of '" .. id .. "'"))))
  local parts = pandoc.Inlines {}
  add_part(parts, words.period, value(fact.period))
  add_part(parts, words.interval, value(fact.interval))
  add_part(parts, words.status, status_of(fact))
  add_part(parts, words.method, value(fact.method))
  add_part(parts, words.definition, definition_of(fact, number))
  add_part(parts, words.source, sources_of(fact))
  add_part(parts, words.inputs, shortened(value(fact.inputs) or {}))
  add_part(parts, words.id, id)
  local attr = pandoc.Attr("reg-" .. slug(id), { "register-entry" })
  if HTML then return pandoc.Div({ pandoc.Para(head), pandoc.Para(parts) }, attr) end
  return pandoc.Div({ raw("#register-entry["), pandoc.Para(head), raw("]["), pandoc.Para(parts), raw("]") }, attr)
end

local function register()
  local result = pandoc.Blocks {}
  for number, id in ipairs(used) do result:insert(register_entry(number, id)) end
  if #source_list > 0 then
    result:extend(wrapped("register-sources", { pandoc.Para { pandoc.Strong(inlines(words.sources)) } }))
    for number, text in ipairs(source_list) do
      result:extend(wrapped("register-sources", { pandoc.Para(inlines("[" .. number .. "] " .. text)) }))
    end
  end
  if not TYPST then return pandoc.Div(result, { class = "register" }) end
  return wrapped("study-register", result)
end

local function annex_title(entry, id)
  local title = pandoc.Inlines {}
  if id ~= "" then
    title:insert(pandoc.Cite({ pandoc.Str("@" .. id) }, { pandoc.Citation(id, "AuthorInText") }))
    title:extend { pandoc.Str(words.colon), pandoc.Space() }
  end
  plain_facts = true
  title:extend(fill(markdown(entry.title)))
  plain_facts = false
  return title
end

--- All data tables of the figures, in print only: on the page they stand beside their figures.
local function figure_data()
  local result = pandoc.Blocks {}
  if HTML then return result end
  for _, item in ipairs(drawn) do
    local entry = study.figures[item.key]
    if value(entry.table) then
      result:insert(raw("#data-heading(label(" .. typst_string("data-" .. slug(item.key)) .. "))["))
      result:insert(pandoc.Plain(annex_title(entry, item.id)))
      result:insert(raw("]"))
      if value(entry.subtitle) then result:extend(line("subtitle", "", entry.subtitle)) end
      result:insert(build_table(entry.table, item.key, "half"))
      result:extend(excerpt_note(item.key, entry))
      if value(entry.source) and entry.source ~= "" then result:extend(line("source", "", entry.source)) end
    end
  end
  return wrapped("figure-data", result)
end

-- The document ------------------------------------------------------------------------------------------------

local BUILDERS = {
  figure = figure, ["data-table"] = data_table, background = background, ["key-figures"] = key_figures,
}

local function div(element)
  for class, build in pairs(BUILDERS) do
    if has(element, class) then return build(element) end
  end
  return box(element)
end

--- In the PDF a heading is a link of the contents; a fact's own link may not stand inside it.
local function heading(element)
  local outer = plain_facts
  plain_facts = outer or TYPST
  element.content = fill(element.content)
  plain_facts = outer
  return element, false
end

--- Fill spans and divs in document order, so that numbers follow the reading.
fill = function(content)
  return content:walk { traverse = "topdown", Span = span, Div = div, Header = heading, Strong = strong }
end

--- In print the contents follow the first page: they stand before the second chapter.
local function insert_contents(blocks)
  local chapters = 0
  for i, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then chapters = chapters + 1 end
    if chapters == 2 then
      blocks:insert(i, raw("#study-contents([" .. words.contents .. "])"))
      return
    end
  end
end

--- In print the annex of data tables begins a page: its two columns find no room at the foot of one.
local function break_before_annex(blocks)
  local chapter
  for i, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then chapter = i end
    if block.t == "Div" and has(block, "figure-data") and chapter then
      blocks:insert(chapter, raw("#pagebreak(weak: true)"))
      return
    end
  end
end

local function finish(blocks)
  if TYPST then break_before_annex(blocks) end
  local found = false
  local result = blocks:walk {
    traverse = "topdown",
    Div = function(element)
      if has(element, "figure-data") then return figure_data(), false end
      if has(element, "register") then
        found = true
        return register(), false
      end
    end,
  }
  if TYPST then insert_contents(result) end
  if #used > 0 and not found then
    fail("The report prints " .. #used .. " facts but has no register. Add '::: {.register}' and ':::' to its annex.")
  end
  return result
end

local function load(meta)
  if not meta.study then
    fail("The metadata field 'study' is missing. Render with the study's pipeline, or pass --metadata study=FILE.json")
  end
  local path = pandoc.utils.stringify(meta.study)
  local file = io.open(path, "rb")
  if not file then fail("The sidecar '" .. path .. "' cannot be read. Run the study for this region first.") end
  study = pandoc.json.decode(file:read("a"), false)
  file:close()
  words = WORDS[(study.language or "de"):sub(1, 2)] or WORDS.en
end

--- How to cite the report: publisher, title, edition, status and the checksum of its figures.
local function citation(edition, title)
  local parts = {}
  for _, part in ipairs { edition.publisher, title, edition.title, edition.status, edition.published, edition.version } do
    if value(part) and part ~= "" then parts[#parts + 1] = tostring(part) end
  end
  local said = table.concat(parts, ". ") .. "."
  if value(edition.digest) then said = said .. " " .. words.digest .. " " .. edition.digest .. "." end
  return said
end

--- What the page templates print around the text, as plain inlines.
local function describe(meta)
  local edition, region = study.edition or {}, study.region or {}
  for _, field in ipairs { "id", "title", "status", "publisher", "cutoff", "imprint", "contact" } do
    if value(edition[field]) then meta["edition-" .. field] = inlines(tostring(edition[field])) end
  end
  for _, field in ipairs { "id", "name" } do
    if value(region[field]) then meta["region-" .. field] = inlines(tostring(region[field])) end
  end
  for _, word in ipairs { "skip", "contents", "edition", "cutoff", "publisher", "cite", "top", "status", "page" } do
    meta["label-" .. word] = inlines(words[word])
  end
  plain_facts = true
  for _, field in ipairs { "title", "subtitle", "description" } do
    if meta[field] then meta[field] = fill(pandoc.Inlines(meta[field])) end
  end
  plain_facts = false
  local title = meta.title and pandoc.utils.stringify(meta.title) or ""
  meta["edition-cite"] = inlines(value(edition.cite) or citation(edition, title))
end

function Pandoc(document)
  load(document.meta)
  document.blocks:walk { Div = function(element) has_annex = has_annex or has(element, "figure-data") end }
  describe(document.meta)
  document.blocks = finish(fill(document.blocks))
  return document
end
