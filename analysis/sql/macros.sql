-- How a cell of an official file is named everywhere: source@first-12-of-hash:place.
create or replace macro cell_name(source, file_sha256, place) as
    source || '@' || left(file_sha256, 12) || ':' || place;

-- The status of a sum: known only if every part is known; otherwise the gravest reason.
create or replace macro sum_status(statuses) as
    case
        when list_contains(statuses, 'suppressed')     then 'suppressed'
        when list_contains(statuses, 'unreliable')     then 'unreliable'
        when list_contains(statuses, 'not_available')  then 'not_available'
        when list_contains(statuses, 'ok')             then 'ok'
        when list_contains(statuses, 'zero')           then 'zero'
        else 'not_applicable'
    end;

-- The publishers' flags of a sum, each once.
create or replace macro sum_flags(flags) as
    nullif(array_to_string(list_sort(list_distinct(string_split(array_to_string(flags, ' '), ' '))), ' '), '');
