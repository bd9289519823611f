using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

/// <summary>What the centre tells a bank, and what the bank must do about it.</summary>
public sealed class Inbox(KenshinClient centre, Ledger ledger)
{
    public const string Unregistered = "user.unregistered", Phishing = "phishing.suspected";

    /// <summary>
    /// Reads on to the newest event. The cursor moves when a page is done: a bank that stops in the middle of one reads it again, and the ledger does nothing twice.
    /// </summary>
    /// <returns>Why the centre could not be read; null if all is read.</returns>
    public async Task<Refusal?> ReadOn(CancellationToken ct)
    {
        while (true)
        {
            if (!(await centre.ReadEvents(ledger.EventCursor, ct)).Succeeded(out var page, out var refusal))
            {
                if (refusal.Newest is not { } newest)
                    return refusal;
                ledger.MoveEventCursor(newest);
                continue;
            }

            foreach (var happened in page.Items)
                Take(happened);
            ledger.MoveEventCursor(page.NextCursor);
            if (page.Items.Count == 0)
                return null;
        }
    }

    private void Take(CentreEvent happened)
    {
        if (happened is { Type: Unregistered or Phishing, Data: { ServiceId: { } serviceId, UserId: { } userId } })
            ledger.Post(new(happened.Id, happened.Type, happened.OccurredAt, serviceId, userId), lowersLimit: happened.Type == Unregistered);
    }
}
