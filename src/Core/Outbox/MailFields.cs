using System.Text;

namespace KenshinOtp.Outbox;

/// <summary>
/// A block of header fields (RFC 5322 §2.2) of a message that anybody may have written: names do not mind case, folded lines are put together (§2.2.3), of
/// equal fields the first counts, and a line that is no field is passed over.
/// </summary>
internal sealed class MailFields
{
    // More than any field that is asked for; what follows is dropped.
    private const int MaxChars = 2000;

    private readonly Dictionary<string, StringBuilder> _values = new(StringComparer.OrdinalIgnoreCase);
    private StringBuilder? _open;

    /// <summary>The value of a field without the blanks around it, or null.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var value) ? value.ToString().Trim() : null;

    /// <summary>Reads up to the empty line that ends the block, or to the end.</summary>
    /// <returns>The fields, and the lines after the empty one.</returns>
    public static (MailFields Fields, ArraySegment<string> After) Read(ArraySegment<string> lines)
    {
        var fields = new MailFields();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Length == 0)
                return (fields, lines[(i + 1)..]);
            if (line[0] is ' ' or '\t')
                fields.Append(line);
            else
                fields.Begin(line);
        }

        return (fields, ArraySegment<string>.Empty);
    }

    private void Begin(string line)
    {
        _open = null;
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return;
        var (name, value) = (line[..colon].TrimEnd(' ', '\t'), new StringBuilder());
        if (!name.All(c => c is > ' ' and <= '~') || !_values.TryAdd(name, value))
            return;
        _open = value;
        Append(line[(colon + 1)..]);
    }

    private void Append(string text) => _open?.Append(text, 0, Math.Min(text.Length, MaxChars - _open.Length));
}
