using KenshinOtp.Text;

namespace KenshinOtp.Results;

/// <summary>Gathers what is wrong with each field, so that a caller learns of every fault at once.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string field, string message) =>
        _errors[field] = _errors.TryGetValue(field, out var before) ? [.. before, message] : [message];

    /// <summary>The parsed value, or the default with an error noted for the field.</summary>
    public T? Read<T>(string field, string? text, Parser<T> parse, string rule)
    {
        if (string.IsNullOrEmpty(text))
            Add(field, text is null ? $"{rule} It is required." : $"{rule} It must not be empty."); // the rule first: some begin with a code
        else if (parse(text, out var value))
            return value;
        else
            Add(field, rule);
        return default;
    }

    /// <summary>One line of text, of at most so many characters.</summary>
    public string Line(string field, string? text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > maxLength || !OneLine.Is(text))
            Add(field, $"{field} must be 1 to {maxLength} characters on one line, all of them to be seen.");
        return text ?? "";
    }

    /// <summary>The same where there may be none.</summary>
    public string? OptionalLine(string field, string? text, int maxLength) => string.IsNullOrEmpty(text) ? null : Line(field, text, maxLength);

    public Problem ToProblem() => Problem.Invalid(_errors);
}

public delegate bool Parser<T>(string? text, out T value);
