-- crossref.lua: numbers sections, figures and tables and resolves @sec-, @fig-, @tbl- where Quarto is not there to do it.
--
-- Only the embedded engine uses it, after study.lua. It prints the words Quarto prints ("Abbildung 3", "Tabelle 2",
-- "Kapitel 4"), and in typst it emits the constructs Quarto emits, so one template serves both.
-- An unresolved or doubled label stops the rendering; Quarto only warns.

local HTML = FORMAT:match("html") ~= nil

local WORDS = {
  de = { fig = "Abbildung", tbl = "Tabelle", sec = "Kapitel" },
  en = { fig = "Figure", tbl = "Table", sec = "Section" },
}
local NO_BREAK_SPACE = "\u{a0}"
local NUMBERED_LEVELS = 2

local words
local count = { fig = 0, tbl = 0 }
local number_of = {}         -- label -> its number as printed
local section = {}           -- counters by level below the highest one
local top_level = 1

--- Stop the rendering. Quarto replaces `error` by a version that only prints and goes on; `assert` it leaves alone.
local function fail(message)
  assert(false, "\n" .. message .. "\n")
end

local function kind_of(label)
  local kind = label:match("^(%a+)%-.")
  return words[kind] and kind or nil
end

local function remember(label, number)
  if number_of[label] then fail("Label '" .. label .. "' is given twice. Give each figure, table, section its own.") end
  number_of[label] = number
end

-- Sections ----------------------------------------------------------------------------------------------------

local function next_section(level)
  section[level] = (section[level] or 0) + 1
  for deeper = level + 1, 6 do section[deeper] = 0 end
  local parts = {}
  for l = 1, level do parts[l] = tostring(section[l] or 0) end
  return table.concat(parts, ".")
end

local function header(element)
  if element.classes:includes("unnumbered") then return nil end
  local level = element.level - top_level + 1
  local number = next_section(level)
  if kind_of(element.identifier) == "sec" then remember(element.identifier, number) end
  if HTML and level <= NUMBERED_LEVELS then
    element.content:insert(1, pandoc.Space())
    element.content:insert(1, pandoc.Span(pandoc.Str(number), { class = "header-section-number" }))
    element.attributes.number = number
  end
  return element
end

-- Figures and tables --------------------------------------------------------------------------------------------

local function html_float(label, kind, number, content, caption)
  local title = pandoc.Inlines { pandoc.Str(words[kind] .. NO_BREAK_SPACE .. number .. ":"), pandoc.Space() }
  title:extend(caption)
  local class = kind == "fig" and "study-figure" or "study-table"
  local result = pandoc.Blocks {
    pandoc.RawBlock("html", '<figure id="' .. label .. '" class="' .. class .. '"><figcaption>'),
    pandoc.Plain(title),
    pandoc.RawBlock("html", "</figcaption>"),
  }
  result:extend(content)
  result:insert(pandoc.RawBlock("html", "</figure>"))
  return result
end

local function typst_float(label, kind, content, caption)
  local result = pandoc.Blocks { pandoc.RawBlock("typst", "#figure([") }
  result:extend(content)
  result:extend {
    pandoc.RawBlock("typst", "], caption: figure.caption(position: top, ["),
    pandoc.Plain(caption),
    pandoc.RawBlock("typst", ']), kind: "quarto-float-' .. kind .. '", supplement: "' .. words[kind] .. '") <' .. label .. ">"),
  }
  return result
end

local function float(label, content, caption)
  local kind = kind_of(label)
  count[kind] = count[kind] + 1
  local number = tostring(count[kind])
  remember(label, number)
  if HTML then return html_float(label, kind, number, content, caption) end
  return typst_float(label, kind, content, caption)
end

local function is_float(label)
  return label:match("^fig%-.") or label:match("^tbl%-.")
end

local function div(element)
  if not is_float(element.identifier) then return nil end
  local content = pandoc.Blocks(element.content)
  local last = content[#content]
  if not last or (last.t ~= "Para" and last.t ~= "Plain") then
    fail("'" .. element.identifier .. "' has no caption: its last paragraph is the caption.")
  end
  content:remove(#content)
  return float(element.identifier, content, last.content), false
end

local function figure(element)
  if not is_float(element.identifier) then return nil end
  local caption = pandoc.utils.blocks_to_inlines(element.caption.long)
  return float(element.identifier, element.content, caption), false
end

--- A table written in the text: `: Caption {#tbl-x}` stands in its caption or in its attributes.
local function labelled_table(element)
  local caption = pandoc.utils.blocks_to_inlines(element.caption.long)
  local label = element.identifier
  local last = caption[#caption]
  if label == "" and last and last.t == "Str" and last.text:match("^{#tbl%-[%w._-]+}$") then
    label = last.text:match("^{#(.-)}$")
    caption:remove(#caption)
    if #caption > 0 and caption[#caption].t == "Space" then caption:remove(#caption) end
  end
  if not is_float(label) then return nil end
  element.identifier, element.caption = "", pandoc.Caption {}
  return float(label, pandoc.Blocks { element }, caption), false
end

-- References ----------------------------------------------------------------------------------------------------

local function reference(citation)
  local label = citation.id
  local kind = kind_of(label)
  if not kind then fail("'@" .. label .. "' is no reference of this report; known are @fig-, @tbl- and @sec-.") end
  local number = number_of[label]
  if not number then fail("Reference '@" .. label .. "' leads nowhere. Add the label or correct the reference.") end
  local bare = citation.mode == "SuppressAuthor"
  if not HTML then
    local supplement = bare and "" or words[kind]
    return pandoc.RawInline("typst", "#ref(<" .. label .. ">, supplement: [" .. supplement .. "])")
  end
  local text = bare and number or words[kind] .. NO_BREAK_SPACE .. number
  return pandoc.Link(pandoc.Str(text), "#" .. label, "", { class = "quarto-xref" })
end

local function cite(element)
  local result = pandoc.Inlines {}
  for i, citation in ipairs(element.citations) do
    if #citation.prefix > 0 or #citation.suffix > 0 then
      fail("Reference '@" .. citation.id .. "' carries words of its own inside the brackets; write them outside.")
    end
    if i > 1 then result:extend { pandoc.Str(","), pandoc.Space() } end
    result:insert(reference(citation))
  end
  return result
end

function Pandoc(document)
  local language = document.meta.lang and pandoc.utils.stringify(document.meta.lang) or "en"
  words = WORDS[language:sub(1, 2)] or WORDS.en
  local highest = 6
  document.blocks:walk { Header = function(element) highest = math.min(highest, element.level) end }
  top_level = highest
  document.blocks = document.blocks:walk {
    traverse = "topdown", Header = header, Div = div, Figure = figure, Table = labelled_table,
  }
  document.blocks = document.blocks:walk { Cite = cite }
  return document
end
