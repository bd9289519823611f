using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Receipts;
using KenshinOtp.Results;

namespace KenshinOtp.Staff;

/// <summary>再送 on a paper form: a mail that did not arrive goes out again, perhaps to a corrected address.</summary>
public sealed class PaperResend(Database database, DeliveryStore deliveries, ResendMailHandler resend, Journal journal, TimeProvider time)
{
    private static readonly Problem NoMail = Problem.NotFound("mail_not_found", "No such mail.");
    private static readonly Problem NotResendable = Problem.Conflict("mail_not_resendable", "The user does not wait for this mail any more.");

    /// <param name="visit">Who does it.</param>
    /// <param name="mailId">The mail that did not arrive.</param>
    /// <param name="mobileEmail">The corrected address, or null for the same.</param>
    /// <param name="paper">The form behind it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<Receipt>> Handle(StaffVisit visit, string mailId, MobileEmail? mobileEmail, Paper paper, CancellationToken ct)
    {
        if (await Find(visit, mailId, ct) is not { } mail)
            return NoMail;
        if (!visit.Member.May(StaffAction.Resend))
            return await Refuse(visit, mail, ct);
        if (!mail.Resendable || !ServiceId.TryParse(mail.ServiceId, out var serviceId) || !UserId.TryParse(mail.UserId, out var userId))
            return NotResendable;
        return await resend.Handle(new(visit.Caller, serviceId, userId, mobileEmail) { Detail = paper.Detail }, ct);
    }

    private async Task<DeliveredMail?> Find(StaffVisit visit, string mailId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await deliveries.Find(session, visit, mailId, time.GetUtcNow(), ct);
    }

    private async Task<Problem> Refuse(StaffVisit visit, DeliveredMail mail, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        await journal.Write(tx, new Entry("staff.refused", visit.Caller.Actor, visit.Institution.Id)
        {
            ServiceId = mail.ServiceId,
            UserId = mail.UserId,
            After = Paperwork.NotAllowed.Code,
            Detail = StaffAction.Resend.ToRow(),
        }, time.GetUtcNow(), ct);
        return await tx.Commit(Paperwork.NotAllowed, ct);
    }
}
