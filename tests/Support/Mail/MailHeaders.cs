namespace KenshinOtp.Support.Mail;

/// <summary>The unfolded header lines of a message or of one of its parts.</summary>
internal sealed class MailHeaders(IReadOnlyList<(string Name, string Value)> fields)
{
    /// <summary>Parts a message, whose lines end with <c>\n</c>, at its first empty line.</summary>
    public static (MailHeaders Headers, string Body) Split(string message)
    {
        var halves = message.Split("\n\n", 2);
        var fields = new List<(string Name, string Value)>();
        foreach (var line in halves[0].Split('\n'))
        {
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                if (fields.Count > 0)
                    fields[^1] = (fields[^1].Name, fields[^1].Value + line);
            }
            else if (line.Split(':', 2) is [var name, var value])
            {
                fields.Add((name, value.TrimStart()));
            }
        }

        return (new MailHeaders(fields), halves.Length > 1 ? halves[1] : "");
    }

    /// <summary>The first field of that name as it stands, or an empty string.</summary>
    public string Of(string name) =>
        fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Value ?? "";
}
