using KenshinOtp.Contracts;
using KenshinOtp.Outbox;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

/// <summary>Values of the domain from the texts that tests write.</summary>
internal static class Make
{
    public static ServiceId ServiceId(string text) => Contracts.ServiceId.TryParse(text, out var id) ? id : throw new FormatException(text);

    public static UserId UserId(string text) => Contracts.UserId.TryParse(text, out var id) ? id : throw new FormatException(text);

    public static SerialNumber Serial(string text) => SerialNumber.TryParse(text, out var serial) ? serial : throw new FormatException(text);

    public static MobileEmail Email(string text) => MobileEmail.TryParse(text, out var email) ? email : throw new FormatException(text);

    /// <summary>So many characters of Japanese, each three bytes in UTF-8.</summary>
    public static string Japanese(int length) => string.Concat(Enumerable.Range(0, length).Select(i => "信用組合預金口座通帳印鑑"[i % 12]));
}
