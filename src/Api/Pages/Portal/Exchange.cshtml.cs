using KenshinOtp.Otp;
using KenshinOtp.Registration;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>
/// 交換: the current token's password first, then the new token's serial number and password. Nothing is used up before both are sent together; if the
/// current password lapses meanwhile, the second step asks for it again.
/// </summary>
internal sealed class ExchangeModel(
    VisitorDesk desk, CheckCurrentTokenHandler check, ExchangeTokenHandler exchange, CarriedPassword carried, PortalTexts texts)
    : RegistrationModel(desk, texts)
{
    public const string CurrentField = "CurrentOtp", NewField = "NewOtp", CarriedField = "Carried", NewStep = "New";

    /// <summary>1: the current token's password; 2: the new token.</summary>
    public int Step { get; private set; } = 1;

    /// <summary>The current password for the hidden field; null where the page asks for it.</summary>
    public string? Carried { get; private set; }

    /// <summary>How many users get the new token.</summary>
    public int Users { get; private set; }

    /// <summary>The token that goes.</summary>
    public Token Old => Target.Subject.Token!;

    protected override Token? Prover => Target.Subject.Token;

    protected override string Mismatch => "Exchange_NewMismatch";

    private bool MayExchange => Ways.MayExchange(Visitor, Target.Status);

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => MayExchange ? await Show(ct) : Leave();

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!MayExchange)
            return Leave();
        if (await TypedDigits(CurrentField, Old, ct) is not { } digits)
            return await Show(ct);
        if (await check.Handle(Current(Otp(digits)), ct) is { } problem)
            return Note(problem, CurrentField, "Exchange_CurrentMismatch") ? await Show(ct) : Leave(); // locked by this very password, or changed by somebody else
        (Step, Carried) = (2, carried.Seal(Visitor, Old, digits));
        return await Show(ct);
    }

    public async Task<IActionResult> OnPostNewAsync(CancellationToken ct)
    {
        if (!MayExchange)
            return Leave();
        Step = 2;
        var (current, digits) = await ReadCurrent(ct);
        var serial = await TypedSerial(ct);
        if (serial == Old.Serial)
            Faults.Add(SerialField.Name, Texts["Exchange_SameSerial"]);
        var newDigits = await TypedDigits(NewField, prover: null, ct);
        if (current is not { } currentOtp || serial is not { } newSerial || newDigits is null || Faults.Any)
            return await Show(ct);

        var exchanged = await exchange.Handle(
            new(Visitor.Caller, Visitor.Visit.ServiceId, Target.UserId, currentOtp, newSerial, Otp(newDigits), Target.ActingUserId), ct);
        if (exchanged.Succeeded(out var receipt, out var problem))
            return ToResult(receipt);
        if (problem.Facts?.GetValueOrDefault("field") is ExchangeTokenHandler.CurrentField)
        {
            Carried = null;
            return Note(problem, CurrentField, "Exchange_CurrentMismatch") ? await Show(ct) : Leave();
        }

        if (problem.Code == "invalid_otp")
            Carried ??= carried.Seal(Visitor, Old, digits!); // it was right: only the new one is asked for again
        return NoteNew(problem, NewField) ? await Show(ct) : Leave();
    }

    /// <summary>The current password: carried from the first step or, once that had lapsed, typed again (then also its digits).</summary>
    private async Task<(OtpCode? Otp, string? Digits)> ReadCurrent(CancellationToken ct)
    {
        if (await Typed(CarriedField, ct) is not { Length: > 0 } field)
            return await TypedDigits(CurrentField, Old, ct) is { } digits ? (Otp(digits), digits) : (null, null);
        if (carried.Open(Visitor, Old, field) is { } otp && await check.StillGood(Current(otp), ct))
        {
            Carried = field;
            return (otp, null);
        }

        Faults.Add(CurrentField, Texts["Exchange_Lapsed"]);
        return (null, null);
    }

    private CheckCurrentToken Current(OtpCode otp) => new(Visitor.Caller, Visitor.Visit.ServiceId, Target.UserId, otp, Target.ActingUserId);

    private async Task<IActionResult> Show(CancellationToken ct)
    {
        Users = (await Desk.Sharers(Target.Subject, ct)).Count;
        return Page();
    }
}
