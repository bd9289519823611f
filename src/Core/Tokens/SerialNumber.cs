using System.Globalization;
using System.Security.Cryptography;
using KenshinOtp.Text;

namespace KenshinOtp.Tokens;

/// <summary>シリアル番号: 4 to 20 upper-case letters and digits, unique within an institution.</summary>
public readonly record struct SerialNumber
{
    public const string Rule = "4 to 20 letters and digits";

    private const int MinLength = 4, MaxLength = 20, GroupLength = 4;

    private readonly string? _value;

    private SerialNumber(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("The default SerialNumber names no token.");

    /// <summary>Folds full-width and lower-case letters and drops the blanks that people copy with it (<c>SKTS 0001 2345</c>).</summary>
    public static bool TryParse(string? text, out SerialNumber serial)
    {
        serial = default;
        if (text is null || text.Length > 4 * MaxLength)
            return false;
        var folded = HalfWidth.Fold(text).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (folded.Length is < MinLength or > MaxLength || !folded.All(char.IsAsciiLetterOrDigit))
            return false;
        serial = new(folded);
        return true;
    }

    /// <summary>A serial number in groups for the eye, as the apps show it: SKTS, 0001, 2345.</summary>
    public static IEnumerable<string> Groups(string serial)
    {
        var letters = serial.TakeWhile(char.IsAsciiLetter).Count();
        var first = letters == 0 ? [] : new[] { serial[..letters] };
        return first.Concat(serial[letters..].Chunk(GroupLength).Select(group => new string(group)));
    }

    /// <summary>The same in one text: <c>SKTS 0001 2345</c>.</summary>
    public static string Grouped(string serial) => string.Join(' ', Groups(serial));

    /// <summary>What a person typed, without the blanks and hyphens, also full-width ones, that groups are told apart by.</summary>
    public static string WithoutMarks(string typed) => string.Concat(HalfWidth.Fold(typed).Where(c => !char.IsWhiteSpace(c) && c != '-' && !HalfWidth.Hyphens.Contains(c)));

    /// <summary>A serial nobody can guess from the one before: the prefix and 8 random digits. The caller makes sure that it is free.</summary>
    public static SerialNumber Random(string prefix) =>
        new(prefix + RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture));

    public override string ToString() => Value;
}
