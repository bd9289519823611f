using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Registration;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>利用形態設定: who shares a token. The choice first; then what it means for whom, to be confirmed.</summary>
internal sealed class ModeModel(VisitorDesk desk, ChangeTokenModeHandler change, PortalTexts texts) : AdministratorModel(desk, texts)
{
    public const string ModeField = "Mode", SharedField = "SharedSerial", ChangeStep = "Change";

    /// <summary>1: the choice; 2: what it means.</summary>
    public int Step { get; private set; } = 1;

    public TokenMode Current => Visitor.Subject.Contract.TokenMode;

    public TokenMode? Chosen { get; private set; }

    /// <summary>The token that all will share, where one must be chosen.</summary>
    public string? SharedSerial { get; private set; }

    public IReadOnlyList<TokenUse> Tokens { get; private set; } = [];

    public IReadOnlyList<UserView> Users { get; private set; } = [];

    /// <summary>Whether several tokens live, of which one must be chosen.</summary>
    public bool ChoosesToken => Chosen == TokenMode.Shared && Tokens.Count > 1;

    /// <summary>Who loses a token that another keeps.</summary>
    public IEnumerable<(TokenUse Use, User Keeper, IEnumerable<User> Others)> Partings =>
        from use in Tokens
        where use.Users.Count > 1
        let keeper = TokenModes.Keeper(use.Token, use.Users)!
        select (use, keeper, use.Users.Where(user => user != keeper));

    /// <summary>Whether the administrator proves to be who decides.</summary>
    public bool NeedsPassword => Proof.IsNeeded(Visitor.Subject, Visitor.Caller, Visitor.Now);

    public IActionResult OnGet()
    {
        if (Visitor.IsForBranch)
            return LocalRedirect(PortalPaths.Manage);
        Chosen = Current;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct) => await Choose(ct) ? await Confirm(ct) : Page();

    public async Task<IActionResult> OnPostChangeAsync(CancellationToken ct)
    {
        if (!await Choose(ct))
            return Page();
        Tokens = await Desk.Tokens(Visitor, ct);
        SharedSerial = await Typed(SharedField, ct);
        SerialNumber? shared = Tokens.FirstOrDefault(use => use.Token.Serial.Value == SharedSerial)?.Token.Serial;
        if (ChoosesToken && shared is null)
            Faults.Add(SharedField, Texts["Mode_SharedMissing"]);
        var otp = NeedsPassword ? await TypedOtp(ct) : null;
        if (Faults.Any)
            return await Confirm(ct);
        var visit = Visitor.Visit;
        var changed = await change.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, Chosen!.Value, ChoosesToken ? shared : null, otp), ct);
        if (changed.Succeeded(out var receipt, out var problem))
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber));
        return Note(problem) ? await Confirm(ct) : LocalRedirect(PortalPaths.Mode); // tokens or roles were changed by somebody else
    }

    private async Task<bool> Choose(CancellationToken ct)
    {
        if (EnumNames.TryParse<TokenMode>(await Typed(ModeField, ct), out var mode))
            Chosen = mode;
        if (Chosen is null)
            Faults.Add(ModeField, Texts["Mode_Missing"]);
        else if (Chosen == Current)
            Faults.Add(ModeField, Texts["Mode_Same", Texts.Mode(Current)]);
        return !Faults.Any;
    }

    private async Task<IActionResult> Confirm(CancellationToken ct)
    {
        Step = 2;
        Tokens = await Desk.Tokens(Visitor, ct);
        Users = await Desk.Users(Visitor, ct);
        return Page();
    }
}
