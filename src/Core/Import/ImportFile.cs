using System.Text;
using KenshinOtp.Results;

namespace KenshinOtp.Import;

/// <summary>The form of a file of tokens.</summary>
public enum ImportFormat
{
    /// <summary>Lines of <c>serial,secretHex,algorithm,digits,period,expiresAt</c>.</summary>
    Csv,

    /// <summary>Portable Symmetric Key Container (RFC 6030).</summary>
    Pskc,
}

/// <summary>The bounds of a file, and why one is refused as a whole.</summary>
public static class ImportFile
{
    /// <summary>256 MiB: twice what 100,000 encrypted and indented key packages take.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    public const int MaxEntries = 200_000;

    private const int BufferChars = 32 * 1024;

    // No replacement characters: a byte that is no UTF-8 refuses the file. A byte order mark is passed over.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <summary>What the file's first visible character tells: <c>&lt;</c> begins a PSKC.</summary>
    public static ImportFormat FormatOf(Stream content)
    {
        content.Position = 0;
        int first;
        do
            first = content.ReadByte();
        while (first is 0xEF or 0xBB or 0xBF or ' ' or '\t' or '\r' or '\n');
        return first == '<' ? ImportFormat.Pskc : ImportFormat.Csv;
    }

    /// <summary>The file as text from its beginning; the stream stays open.</summary>
    internal static StreamReader Text(Stream content)
    {
        content.Position = 0;
        return new(content, StrictUtf8, detectEncodingFromByteOrderMarks: false, BufferChars, leaveOpen: true);
    }

    internal static Problem NotUtf8 { get; } = Problem.Refused("import_unreadable", "The file is not text in UTF-8.");

    internal static Problem TooLarge { get; } =
        Problem.Refused("import_too_large", $"A file may have {MaxBytes / 1024 / 1024} MiB and {MaxEntries} tokens; divide it.");

    internal static Problem Empty { get; } = Problem.Refused("import_empty", "The file holds no tokens.");

    internal static Problem Unreadable(string detail, int line) => Problem.Refused("import_unreadable", $"Line {line}: {detail}").With("line", line);
}

/// <summary>
/// The file is refused as a whole. It is thrown from within a reader that hands out one token at a time, and ends at the handler, which turns it into
/// the value that every expected refusal is.
/// </summary>
internal sealed class ImportRefusedException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem => problem;
}
