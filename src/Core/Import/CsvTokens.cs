using System.Text;
using KenshinOtp.Otp;

namespace KenshinOtp.Import;

/// <summary>
/// Tokens as lines of <c>serial,secretHex,algorithm,digits,period,expiresAt</c>. The last column may be empty or left away. The header may be left
/// away; blank lines, blanks around a value, quotes around a value, CRLF and a byte order mark do not matter. No value holds a comma.
/// </summary>
internal static class CsvTokens
{
    private const int MaxLineChars = 1000;

    private static readonly string[] Columns = ["serial", "secretHex", "algorithm", "digits", "period", "expiresAt"];

    /// <exception cref="ImportRefusedException">The file is not such lines.</exception>
    /// <exception cref="DecoderFallbackException">The file is not UTF-8.</exception>
    public static IEnumerable<RawEntry> Read(Stream content)
    {
        using var text = ImportFile.Text(content);
        var first = true;
        foreach (var (number, line) in Lines(text))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var values = line.Split(',').Select(Value).ToArray();
            if (!first || !IsHeader(values, number))
                yield return Entry(number, values);
            first = false;
        }
    }

    /// <summary>The lines with their numbers. A line that does not end is found out before it is in memory.</summary>
    private static IEnumerable<(int Number, string Line)> Lines(StreamReader text)
    {
        var line = new StringBuilder();
        var number = 1;
        for (int c; (c = text.Read()) >= 0;)
        {
            if (c != '\n')
            {
                if (line.Append((char)c).Length > MaxLineChars)
                    throw new ImportRefusedException(ImportFile.Unreadable($"longer than {MaxLineChars} characters.", number));
                continue;
            }

            yield return (number++, line.ToString());
            line.Clear();
        }

        yield return (number, line.ToString());
    }

    private static bool IsHeader(string[] values, int line)
    {
        if (!string.Equals(values[0], Columns[0], StringComparison.OrdinalIgnoreCase))
            return false;
        return values.SequenceEqual(Columns.Take(Math.Max(values.Length, Columns.Length - 1)), StringComparer.OrdinalIgnoreCase)
            ? true
            : throw new ImportRefusedException(ImportFile.Unreadable($"the header must be {string.Join(',', Columns)}.", line));
    }

    private static RawEntry Entry(int line, string[] values) =>
        values.Length != Columns.Length && values.Length != Columns.Length - 1
            ? new RawEntry(line, values[0]) { Refusal = "columns_wrong" }
            : new RawEntry(line, values[0])
            {
                Secret = Secret(values[1]),
                Algorithm = values[2],
                Digits = values[3],
                Period = values[4],
                ExpiresAt = values.ElementAtOrDefault(5),
            };

    private static TokenSecret? Secret(string hex) =>
        hex.Length > 0 && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? new TokenSecret(Convert.FromHexString(hex)) : null;

    private static string Value(string field)
    {
        var value = field.Trim();
        return value is ['"', .., '"'] ? value[1..^1].Trim() : value;
    }
}
