using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Outbox;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Issuance;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user who waits for the mail.</param>
/// <param name="MobileEmail">The corrected address, or null for the same.</param>
public sealed record ResendMail(Caller Caller, ServiceId ServiceId, UserId UserId, MobileEmail? MobileEmail)
{
    /// <summary>What the audit trail says besides: the paper form behind it.</summary>
    public string? Detail { get; init; }
}

/// <summary>Sends the mail again with a new link; the earlier one is dead. The PIN and the failures so far stay.</summary>
public sealed class ResendMailHandler(
    Changes changes, Subjects subjects, IssuanceStore issuances, OutboxStore outbox, Mails mails, ReceiptBook receipts, TimeProvider time)
{
    private static readonly Problem Void = Problem.Conflict("activation_void", "Too many wrong activations: the token must be issued again.");

    public async Task<Result<Receipt>> Handle(ResendMail request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (subject.Token is not { } token || await issuances.OfToken(tx, token.Id, ct) is not { } issuance)
            return Subjects.NoToken;
        if (token.StatusAt(now) is not (TokenStatus.Issued or TokenStatus.Activated))
            return TokenProblems.InvalidTransition(token.StatusAt(now));

        var code = MailIssuance.NewDownloadCode();
        var to = request.MobileEmail ?? issuance.MobileEmail ?? throw new InvalidOperationException("The address of a live token was erased.");
        var relinked = issuance with
        {
            MobileEmail = to,
            CodeExpiresAt = MailIssuance.LinkEnd(token, request.Caller.Policy, now),
        };
        await outbox.Supersede(tx, token.Id, MailPurpose.Download, ct);
        var mail = mails.Download(request.Caller.Institution, token.Id, to, code, relinked.CodeExpiresAt);
        var mailId = await outbox.Insert(tx, mail, now, ct);
        if (!await issuances.Relink(tx, relinked, code, mailId, now, ct))
            return Void;

        return await tx.Commit(await receipts.Accept(tx, new("mail.requeued", request.Caller, subject.Contract, subject.User, token.Id)
        {
            Before = issuance.MobileEmail?.Masked,
            After = to.Masked,
            Detail = request.Detail,
            Announce = false,
        }, now, ct), ct);
    }
}
