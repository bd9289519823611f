using System.Globalization;
using System.Text.RegularExpressions;
using KenshinOtp.Contracts;
using KenshinOtp.Issuance;
using KenshinOtp.Otp;
using KenshinOtp.Outbox;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using static KenshinOtp.Data.EnumNames;

namespace KenshinOtp.Api.Http;

/// <summary>The fields of requests, each with its rule in words. What is wrong with every one of them is told at once.</summary>
internal static partial class Fields
{
    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static ServiceId ServiceId(this FieldErrors errors, string? text) =>
        errors.Read<ServiceId>("serviceId", text, Contracts.ServiceId.TryParse, $"serviceId must be {Contracts.ServiceId.Rule}.");

    public static UserId UserId(this FieldErrors errors, string? text) =>
        errors.Read<UserId>("userId", text, Contracts.UserId.TryParse, $"userId must be {Contracts.ServiceId.Rule}.");

    public static UserId? ActingUserId(this FieldErrors errors, string? text) =>
        text is null ? null : errors.Read<UserId>("actingUserId", text, Contracts.UserId.TryParse, $"actingUserId must be {Contracts.ServiceId.Rule}.");

    public static OtpCode Otp(this FieldErrors errors, string? text, string field = "otp") =>
        errors.Read<OtpCode>(field, text, OtpCode.TryParse, $"{field} must be 6 or 8 digits.");

    public static OtpCode? OptionalOtp(this FieldErrors errors, string? text) => text is null ? null : errors.Otp(text);

    public static SerialNumber Serial(this FieldErrors errors, string? text, string field = "serial") =>
        errors.Read<SerialNumber>(field, text, SerialNumber.TryParse, $"{field} must be {SerialNumber.Rule}.");

    public static MobileEmail MobileEmail(this FieldErrors errors, string? text) =>
        errors.Read<MobileEmail>("mobileEmail", text, Outbox.MobileEmail.TryParse, $"invalid_email: mobileEmail must be {Outbox.MobileEmail.Rule}.");

    public static ActivationPin ActivationPin(this FieldErrors errors, string? text) =>
        errors.Read<ActivationPin>("activationPin", text, Issuance.ActivationPin.TryParse, $"invalid_pin: activationPin must be {Issuance.ActivationPin.Rule}.");

    public static TransactionName Transaction(this FieldErrors errors, string? text) =>
        errors.Read<TransactionName>("transaction", text, TransactionName.TryParse, $"transaction must be {TransactionName.Rule}.");

    public static T Choice<T>(this FieldErrors errors, string field, string? text)
        where T : struct, Enum =>
        errors.Read<T>(field, text, TryParse, $"{field} must be one of {string.Join(", ", Enum.GetValues<T>().Select(value => value.ToRow()))}.");

    public static long OptionalNumber(this FieldErrors errors, string field, string? text, long missing, long min, long max)
    {
        if (text is null)
            return missing;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
            errors.Add(field, $"{field} must be a number from {min} to {max}.");
        return number;
    }

    /// <summary>RFC 3339 §5.6 date-time, in either case and with any number of digits after the second; <c>now</c> and the day are never guessed.</summary>
    public static DateTimeOffset? OptionalInstant(this FieldErrors errors, string field, string? text)
    {
        if (text is null)
            return null;
        var known = FinerThanKnown().Replace(text, "").ToUpperInvariant();
        if (!DateTimeOffset.TryParseExact(known, Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            errors.Add(field, $"{field} must be an RFC 3339 instant such as 2026-11-21T11:00:00Z.");
        return instant;
    }

    [GeneratedRegex(@"(?<=\.[0-9]{7})[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex FinerThanKnown();
}
