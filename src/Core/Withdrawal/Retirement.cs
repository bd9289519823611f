using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Tokens;

namespace KenshinOtp.Withdrawal;

/// <summary>All that goes with the death of a token: its secrets are erased, mails about it are withdrawn, the grace period of its users begins.</summary>
public sealed class Retirement(TokenStore tokens, OutboxStore outbox, ContractStore contracts)
{
    /// <returns>False if the token changed since it was read; then nothing was done.</returns>
    public async Task<bool> Revoke(Tx tx, Token token, DateTimeOffset now, CancellationToken ct)
    {
        if (!await tokens.Revoke(tx, token, now, ct))
            return false;
        await outbox.Supersede(tx, token.Id, MailPurpose.Download, ct);
        await outbox.Supersede(tx, token.Id, MailPurpose.RenewalNotice, ct);
        if (token.ConfirmedAt is not null)
            await contracts.BeginGrace(tx, token.Id, now, ct);
        return true;
    }
}
