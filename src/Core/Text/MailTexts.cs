using System.Globalization;
using System.Resources;

namespace KenshinOtp.Text;

/// <summary>The words of mails, in <c>MailTexts.resx</c>: Japanese, the language of every phone they go to.</summary>
internal static class MailTexts
{
    private static readonly ResourceManager Resources = new("KenshinOtp.Text.MailTexts", typeof(MailTexts).Assembly);

    public static string DownloadSubject => Text(nameof(DownloadSubject));
    public static string DownloadBody => Text(nameof(DownloadBody));
    public static string RenewalSubject => Text(nameof(RenewalSubject));
    public static string RenewalBody => Text(nameof(RenewalBody));

    private static string Text(string name) =>
        Resources.GetString(name, CultureInfo.InvariantCulture) ?? throw new MissingManifestResourceException(name);
}
