-- widths.lua: how wide the columns of a printed table are, and in which size of type it is set.
--
-- Figures take what they need, their heads break between words. Words share the rest so that the table becomes as
-- short as it can be. Letters are measured roughly, by their kind; lengths are in points unless they are said to be em.

local M = {}

local EM = { narrow = 0.31, wide = 0.88, capital = 0.64, other = 0.57 }
local KIND = {}
for letter in ("fijlrtI.,;:'|()[]!/- ·"):gmatch(utf8.charpattern) do KIND[letter] = EM.narrow end
for letter in ("mwMW%@&"):gmatch(utf8.charpattern) do KIND[letter] = EM.wide end
for letter in ("ABCDEFGHJKLNOPQRSTUVXYZÄÖÜ0123456789–€−+₂"):gmatch(utf8.charpattern) do KIND[letter] = EM.capital end
KIND["\u{a0}"], KIND["\u{202f}"] = EM.narrow, 0.2

local SIZES = { 8.6, 7.6, 7.0 }   -- points: usual type, small type for long and for narrow tables, smallest
local LONG = 3500            -- letters from which on a table is set in small type
local NARROW = 300           -- points: a room so narrow takes small type
local PADDING = 10           -- points between two columns
local LONGEST_WORD = 6        -- em: longer German words may be divided
local LONGEST_HEAD = 10      -- em: the same in the head of a column of figures
local RAGGED = 1.6           -- em that a line loses at its end on average
local STEPS = 120            -- parts in which the free width is given to the columns
local SAFETY = 1.05

--- Width of a text in em.
function M.em(text)
  local sum = 0
  for letter in text:gmatch(utf8.charpattern) do sum = sum + (KIND[letter] or EM.other) end
  return sum * SAFETY
end

--- Width in em of the longest part that no line may break: lines break at blanks and after a hyphen in a word.
--- Long words count no more than `most`, since they may be divided; what holds a figure is no word.
local function longest_part(text, most)
  local longest = 0
  for part in text:gsub("%-(%a)", "- %1"):gmatch("[^ \t\r\n]+") do
    local width = M.em(part)
    longest = math.max(longest, part:find("%d") and width or math.min(width, most))
  end
  return longest
end

--- What a column asks for: its cells' widths, the least it can do with, and the widest line of it; all in em.
local function demand(data, c, word)
  local column = data.columns[c]
  local label = tostring(column.label)
  local unit = type(column.unit) == "string" and column.unit or ""
  local figures = column.align == "right"
  local cells, widest, part = {}, 0, 0
  for r, row in ipairs(data.rows) do
    local text = tostring(row[c])
    cells[r] = M.em(text)
    widest = math.max(widest, cells[r])
    part = math.max(part, figures and cells[r] or longest_part(text, word))
  end
  local head = 1.06 * M.em(label)
  local most = figures and LONGEST_HEAD or word
  local head_part = math.max(1.06 * longest_part(label, most), 0.9 * longest_part(unit, most))
  return {
    cells = cells, figures = figures, head = head, widest = math.max(widest, head, 0.9 * M.em(unit)),
    least = math.max(part, head_part, 1.2),
  }
end

--- Lines a table has at these widths; the second term breaks ties, so that no column is starved for another.
local function height(columns, widths, size)
  local sum = 0
  for r = 1, #columns[1].cells do
    local most, all = 1, 0
    for c, column in ipairs(columns) do
      local cell = column.cells[r] * size
      local lines = cell <= widths[c] and 1 or math.max(1, cell / (widths[c] - RAGGED * size))
      most, all = math.max(most, lines), all + lines
    end
    sum = sum + most + 0.03 * all
  end
  for c, column in ipairs(columns) do sum = sum + 0.3 * math.max(1, column.head * size / widths[c]) end
  return sum
end

--- Give the free width, part by part, to the column that shortens the table most.
local function share_out(columns, widths, free, size)
  local step = free / STEPS
  local now = height(columns, widths, size)
  for _ = 1, STEPS do
    local best, lowest = nil, now - 1e-6
    for c, column in ipairs(columns) do
      if widths[c] < column.widest * size then
        widths[c] = widths[c] + step
        local then_ = height(columns, widths, size)
        widths[c] = widths[c] - step
        if then_ < lowest then best, lowest = c, then_ end
      end
    end
    if not best then return end
    widths[best], now = widths[best] + step, lowest
  end
end

local function total(columns, field, size)
  local sum = 0
  for _, column in ipairs(columns) do sum = sum + column[field] * size end
  return sum
end

local function letters(data)
  local sum = 0
  for _, row in ipairs(data.rows) do
    for c = 1, #data.columns do sum = sum + #tostring(row[c]) end
  end
  return sum
end

--- Type size and column widths of a table that may be `room` wide; no widths where every line fits as it is.
--- `most` is the width in em up to which a word is not divided.
function M.plan(data, room, most)
  local columns = {}
  for c = 1, #data.columns do columns[c] = demand(data, c, most or LONGEST_WORD) end
  local inner = room - PADDING * #columns
  local first = (letters(data) > LONG or room < NARROW) and 2 or 1
  if total(columns, "widest", SIZES[first]) <= inner then return SIZES[first], nil end
  local size = SIZES[first]
  for i = first, #SIZES do
    size = SIZES[i]
    if total(columns, "least", size) <= inner * 0.85 then break end
  end
  local least, widths = total(columns, "least", size), {}
  local squeeze = math.min(1, inner / least)
  for c, column in ipairs(columns) do widths[c] = column.least * size * squeeze end
  if least < inner then share_out(columns, widths, inner - least, size) end
  for c in ipairs(widths) do widths[c] = widths[c] + PADDING end
  return size, widths
end

local SCREEN = 462            -- points in small type that the widest column of a page holds
local UNDIVIDED = 8.6         -- em: not every browser divides German words

--- The columns' shares of a frame on the screen; they add up to 1.
function M.shares(data)
  local _, widths = M.plan(data, SCREEN, UNDIVIDED)
  if not widths then return {} end
  local sum, shares = 0, {}
  for _, width in ipairs(widths) do sum = sum + width end
  for c, width in ipairs(widths) do shares[c] = math.floor(1000 * width / sum) / 1000 end
  return shares
end

local SHORT_TEXT, SENTENCE, PASSAGE = 15, 34, 80     -- em of a column's longest entry

--- What the columns of a table on the screen hold, where it may be wider than its frame: "middle" and "long" texts
--- are not squeezed; the second value says that some are passages, too long to stand side by side on a telephone.
function M.screen(data)
  local kinds, passages = {}, false
  for c = 1, #data.columns do
    local column = demand(data, c, LONGEST_WORD)
    if not column.figures and column.widest > SHORT_TEXT then
      kinds[c] = column.widest > SENTENCE and "long" or "middle"
      passages = passages or column.widest > PASSAGE
    end
  end
  return kinds, passages
end

return M
