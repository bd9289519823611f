using System.Globalization;
using KenshinOtp.Otp;
using KenshinOtp.Tokens;

namespace KenshinOtp.Import;

/// <summary>One token as the file has it: nothing is judged yet but what only the file's form knows.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Serial">The serial number as written, or null.</param>
internal sealed record RawEntry(int Line, string? Serial)
{
    /// <summary>The secret; null if it is missing or not decodable.</summary>
    public TokenSecret? Secret { get; init; }

    public string? Algorithm { get; init; }

    public string? Digits { get; init; }

    public string? Period { get; init; }

    public string? NotBefore { get; init; }

    public string? ExpiresAt { get; init; }

    /// <summary>The code of the refusal, where the form alone tells that the centre cannot use it; else null.</summary>
    public string? Refusal { get; init; }
}

/// <summary>A token fit to be imported.</summary>
internal sealed record TokenSpec(SerialNumber Serial, TokenSecret Secret, OtpAlgorithm Algorithm, int Digits, int Period, DateTimeOffset? ExpiresAt);

/// <summary>A judged entry: either a token or the code of its refusal.</summary>
internal sealed record ImportEntry(int Line, string? Serial, TokenSpec? Token, string? Refusal)
{
    private const int MaxSerialShown = 20, MinSecretBytes = 16, MaxSecretBytes = 64;

    // 9999-12-31 is how tools that must write a date say "never".
    private const int Never = 9999;

    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The entry refused; a serial that is none may be another column of the file, even the secret, and is not repeated.</summary>
    public ImportEntry Refuse(string code) => new(Line, Serial is { Length: <= MaxSerialShown } ? Serial : null, Token: null, code);

    /// <summary>What every token must be, whatever file it came in. RFC 4226 §4 R6 asks for 128 bits at least; a row holds 64 bytes at most.</summary>
    public static ImportEntry Judge(RawEntry raw, DateTimeOffset now)
    {
        var entry = new ImportEntry(raw.Line, raw.Serial, Token: null, Refusal: null);
        if (raw.Refusal is not null)
            return entry.Refuse(raw.Refusal);
        if (!SerialNumber.TryParse(raw.Serial, out var serial))
            return entry.Refuse("serial_invalid");
        if (raw.Secret is not { } secret)
            return entry.Refuse("secret_invalid");
        if (secret.Reveal().Length < MinSecretBytes)
            return entry.Refuse("secret_too_short");
        if (secret.Reveal().Length > MaxSecretBytes)
            return entry.Refuse("secret_too_long");
        if (!OtpAlgorithms.TryParse(Plain(raw.Algorithm), out var algorithm))
            return entry.Refuse("algorithm_unknown");
        if (raw.Digits is not ("6" or "8"))
            return entry.Refuse("digits_unsupported");
        if (raw.Period is not ("30" or "60"))
            return entry.Refuse("period_unsupported");
        if (!TryParseInstant(raw.NotBefore, out var notBefore) || !TryParseInstant(raw.ExpiresAt, out var expiresAt))
            return entry.Refuse("expiry_invalid");
        if (notBefore > now)
            return entry.Refuse("not_valid_yet");
        return expiresAt <= now
            ? entry.Refuse("expired")
            : entry with { Token = new(serial, secret, algorithm, raw.Digits[0] - '0', raw.Period == "30" ? 30 : 60, expiresAt?.Year == Never ? null : expiresAt) };
    }

    /// <summary><c>HMAC-SHA256</c>, <c>HmacSHA256</c>, <c>sha-256</c> → <c>SHA256</c>.</summary>
    private static string? Plain(string? algorithm)
    {
        var plain = algorithm?.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal);
        return plain?.StartsWith("HMAC", StringComparison.Ordinal) == true ? plain["HMAC".Length..] : plain;
    }

    /// <summary>An instant of RFC 3339 §5.6; without an offset it is UTC, as in a PSKC. Nothing is null.</summary>
    private static bool TryParseInstant(string? text, out DateTimeOffset? instant)
    {
        var valid = DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        instant = valid ? parsed : null;
        return valid || string.IsNullOrEmpty(text);
    }
}
