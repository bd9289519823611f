using System.Globalization;
using System.Text.RegularExpressions;
using KenshinOtp.Contracts;
using KenshinOtp.Otp;
using KenshinOtp.Outbox;

namespace KenshinOtp.Institutions;

/// <summary>Every policy key once: its name, how it reads, what it accepts. Rows and the operator command go through here; <c>GET /policy</c> shows the same keys.</summary>
public static partial class PolicyKeys
{
    public static IReadOnlyList<PolicyKey> All { get; } =
    [
        new("period", "30 or 60 (seconds)", p => Show(p.Period), Choice([30, 60], (p, v) => p with { Period = v })),
        new("digits", "6 or 8", p => Show(p.Digits), Choice([6, 8], (p, v) => p with { Digits = v })),
        new("algorithm", "SHA1, SHA256 or SHA512", p => p.Algorithm.WireName(), (p, text) => OtpAlgorithms.TryParse(text, out var v) ? p with { Algorithm = v } : null),
        new("driftSteps", "0 to 10", p => Show(p.DriftSteps), Between(0, 10, (p, v) => p with { DriftSteps = v })),
        new("lockAfter", "1 to 100", p => Show(p.LockAfter), Between(1, 100, (p, v) => p with { LockAfter = v })),
        new("activationAttempts", "1 to 20", p => Show(p.ActivationAttempts), Between(1, 20, (p, v) => p with { ActivationAttempts = v })),
        new("downloadCodeHours", "1 to 720", p => Show(p.DownloadCodeHours), Between(1, 720, (p, v) => p with { DownloadCodeHours = v })),
        new("tokenValidityDays", "0 (never) to 3650", p => Show(p.TokenValidityDays), Between(0, 3650, (p, v) => p with { TokenValidityDays = v })),
        new("renewalWindowDays", "1 to 365", p => Show(p.RenewalWindowDays), Between(1, 365, (p, v) => p with { RenewalWindowDays = v })),
        new("reissueCooldownMinutes", "0 to 10080", p => Show(p.ReissueCooldownMinutes), Between(0, 10080, (p, v) => p with { ReissueCooldownMinutes = v })),
        new("unregisteredGraceDays", "0 to 365", p => Show(p.UnregisteredGraceDays), Between(0, 365, (p, v) => p with { UnregisteredGraceDays = v })),
        new("transactions", "names with commas between, for example transfer,payment", p => string.Join(',', p.Transactions), Transactions),
        new("serialPrefix", "2 to 6 letters A-Z", p => p.SerialPrefix, Text(SerialPrefixForm(), (p, v) => p with { SerialPrefix = v })),
        new("requireSealedDelivery", "true or false", p => Show(p.RequireSealedDelivery), Flag((p, v) => p with { RequireSealedDelivery = v })),
        new("mailFrom", "a mail address", p => p.MailFrom, (p, text) => MobileEmail.TryParse(text, out var sender) && sender.SmtpForm == text ? p with { MailFrom = text } : null),
        new("mailFromName", "at most 60 characters", p => p.MailFromName, Text(DisplayNameForm(), (p, v) => p with { MailFromName = v })),
        new("dualControl", "true or false", p => Show(p.DualControl), Flag((p, v) => p with { DualControl = v })),
        new("accentColor", "a colour such as #00594f", p => p.AccentColor, Text(ColorForm(), (p, v) => p with { AccentColor = v })),
    ];

    public static PolicyKey? Find(string name) => All.FirstOrDefault(key => string.Equals(key.Name, name, StringComparison.Ordinal));

    private static string Show(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Show(bool value) => value ? "true" : "false";

    private static Func<Policy, string, Policy?> Between(int min, int max, Func<Policy, int, Policy> set) =>
        (p, text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var v) && v >= min && v <= max ? set(p, v) : null;

    private static Func<Policy, string, Policy?> Choice(int[] allowed, Func<Policy, int, Policy> set) =>
        (p, text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var v) && allowed.Contains(v) ? set(p, v) : null;

    private static Func<Policy, string, Policy?> Flag(Func<Policy, bool, Policy> set) =>
        (p, text) => text is "true" or "false" ? set(p, text is "true") : null;

    private static Func<Policy, string, Policy?> Text(Regex form, Func<Policy, string, Policy> set) =>
        (p, text) => form.IsMatch(text) ? set(p, text) : null;

    private static Policy? Transactions(Policy policy, string text)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length > 0 && names.All(name => TransactionName.TryParse(name, out _)) ? policy with { Transactions = [.. names.Distinct(StringComparer.Ordinal)] } : null;
    }

    [GeneratedRegex(@"^[A-Z]{2,6}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SerialPrefixForm();

    [GeneratedRegex(@"^[^\p{C}]{0,60}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DisplayNameForm();

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ColorForm();
}

/// <param name="Name">The key as operators and the API write it.</param>
/// <param name="Rule">What is accepted, for a person who typed something else.</param>
/// <param name="Read">The value as text.</param>
/// <param name="TrySet">The policy with the value that the text names, or null if the text is not acceptable.</param>
public sealed record PolicyKey(string Name, string Rule, Func<Policy, string> Read, Func<Policy, string, Policy?> TrySet);
