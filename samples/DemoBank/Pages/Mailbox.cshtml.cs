using KenshinOtp.DemoBank.Mailbox;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>デモ用メールボックス: the phone. It shows every mail of the demo to everybody, which is what makes it a demo.</summary>
public sealed class MailboxModel(PickupFolder folder) : PageModel
{
    public IReadOnlyList<Mail> Mails { get; private set; } = [];

    public IReadOnlyList<string> Recipients { get; private set; } = [];

    public string? To { get; private set; }

    public async Task OnGet(string? to, CancellationToken ct)
    {
        var mails = await folder.Read(ct);
        Recipients = [.. mails.Select(mail => mail.To).Distinct(StringComparer.Ordinal)];
        To = Recipients.Contains(to, StringComparer.Ordinal) ? to : null;
        Mails = [.. mails.Where(mail => To is null || mail.To == To)];
    }

    /// <returns>The address if the line is one, as in the centre's mails; else null.</returns>
    public static Uri? Link(string line) =>
        Uri.TryCreate(line.Trim(), UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) ? uri : null;
}
