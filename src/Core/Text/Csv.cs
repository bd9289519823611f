using System.Buffers;
using System.Text;

namespace KenshinOtp.Text;

/// <summary>A table as CSV (RFC 4180), in UTF-8 with a byte-order mark: Excel reads it as it is.</summary>
public static class Csv
{
    public const string ContentType = "text/csv; charset=utf-8";

    private const string LineEnd = "\r\n";

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> BeginFormulas = SearchValues.Create("=+-@\t\r＝＋－＠"); // full-width ones too, as Japanese keyboards give them

    /// <param name="output">Is left open.</param>
    public static StreamWriter Open(Stream output) => new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = LineEnd };

    public static Task WriteRow(this StreamWriter table, IEnumerable<string?> cells, CancellationToken ct) =>
        table.WriteLineAsync(string.Join(',', cells.Select(Cell)).AsMemory(), ct);

    // A cell that begins like a formula would be computed: what a customer can type must stay text on the desk of whoever opens the file.
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = BeginFormulas.Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(NeedQuotes) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
