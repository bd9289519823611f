using System.Globalization;
using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

/// <summary>Amounts and marks, the same at every bank.</summary>
public static class Words
{
    public static string Yen(long amount) => amount.ToString("#,0", CultureInfo.InvariantCulture) + "円";

    /// <summary>How long to wait, not a minute too short: 15分, 2時間.</summary>
    public static string Wait(TimeSpan time) => time < TimeSpan.FromMinutes(90)
        ? $"{Math.Ceiling(time.TotalMinutes).ToString("0", CultureInfo.InvariantCulture)}分"
        : $"{Math.Ceiling(time.TotalHours).ToString("0", CultureInfo.InvariantCulture)}時間";

    /// <summary>The state's colour and shape: <c>good</c>, <c>wait</c>, <c>stop</c> or <c>none</c>.</summary>
    public static string Tone(Token? token) => token?.Status switch
    {
        "inUse" => "good",
        "issued" or "activated" => "wait",
        "suspended" or "locked" or "expired" => "stop",
        _ => "none",
    };

    /// <summary>利用形態</summary>
    public static string Mode(string tokenMode) => tokenMode switch
    {
        "shared" => "共有（全員が同じトークンを使う）",
        "individual" => "個別（利用者ごとに別のトークンを使う）",
        "grouped" => "グループ（数人で同じトークンを使う）",
        var other => other,
    };
}

/// <summary>What happened, and the way out.</summary>
public sealed record Explanation(string Title, string Advice)
{
    /// <summary>Tries that are left before the token locks, where that matters.</summary>
    public int? Remaining { get; init; }

    /// <summary>The element id of the field that can be mended; null where nothing typed would help.</summary>
    public string? Field { get; init; }
}
