using KenshinOtp.Contracts;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>トークン管理: the token's state and what may be done now.</summary>
internal sealed class ManageModel(VisitorDesk desk, PortalTexts texts) : PortalModel(desk)
{
    /// <summary>The token as it is seen; null if there is none or it is dead.</summary>
    public TokenView? Token => Visitor.Subject.LiveToken is null ? null : Visitor.View.Token;

    public bool IsRevoked => Visitor.Status == TokenStatus.Revoked;

    /// <summary>Whether a token comes from here, rather than from the bank's own registration.</summary>
    public bool CanIssue => Visitor.View.NextStep == NextStep.Issue;

    /// <summary>A sentence about the state, where it needs one.</summary>
    public string? Says => Token switch
    {
        null or { Status: TokenStatus.InUse } => null,
        { Status: TokenStatus.Issued } when CanIssue => texts["Issue_VoidBody"],
        { Status: TokenStatus.Expired } when CanIssue => texts["StatusSays_ExpiredUnused"],
        { Status: TokenStatus.Expired, Kind: TokenKind.Hardware } => texts["StatusSays_ExpiredHardware"],
        { Status: TokenStatus.Suspended or TokenStatus.Locked } token when !AdministratorLifts => texts[$"StatusSays_{token.Status}Branch"],
        var token => texts["StatusSays_" + token.Status],
    };

    /// <summary>Days until the token expires, the last one begun counted in as the app does, once it can be renewed.</summary>
    public int? DaysLeft => RenewalIsOpen && Token is { Status: TokenStatus.InUse, ExpiresAt: { } expiresAt }
        ? (int)Math.Ceiling((expiresAt - Visitor.Now).TotalDays)
        : null;

    public string? ExpiresAt => Token is { Status: not TokenStatus.Issued } token
        ? token.ExpiresAt is { } expiresAt ? texts.Day(expiresAt) : texts["Manage_NoExpiry"]
        : null;

    /// <summary>What the app's renewal menu will do; nothing where the app cannot renew, or where the note above says so already.</summary>
    public string? Renewal => Token switch
    {
        null or { Status: TokenStatus.Issued } or { Kind: TokenKind.Hardware } or { RenewalOpensAt: null } => null,
        { Status: TokenStatus.Expired } when CanIssue => null,
        { Status: TokenStatus.Expired } => texts["Manage_RenewalExpired"],
        { RenewalOpensAt: { } opensAt } when opensAt > Visitor.Now => texts["Manage_RenewalLater", texts.Day(opensAt)],
        _ => null,
    };

    private bool AdministratorLifts { get; set; }

    private bool RenewalIsOpen => Token?.RenewalOpensAt <= Visitor.Now && Token.Kind != TokenKind.Hardware;

    /// <summary>The text on what to do about a lost token.</summary>
    public string LostBody => Ways.Own(Visitor).Any(way => way.Path == PortalPaths.Suspend) ? "Manage_LostTokenBody" : "Manage_LostCallBody";

    /// <summary>The other users of the token.</summary>
    public IReadOnlyList<User> SharedWith { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (Token is not null)
        {
            SharedWith = [.. (await Desk.Sharers(Visitor.Subject, ct)).Where(user => user.Id != Visitor.Subject.User.Id)];
            AdministratorLifts = await Desk.AdministratorLifts(Visitor.Subject, ct);
        }

        return Page();
    }
}
