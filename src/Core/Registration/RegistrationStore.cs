using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Tokens;

namespace KenshinOtp.Registration;

/// <summary>Tokens that find a user, lose one, and grow old without.</summary>
public sealed class RegistrationStore
{
    private const string RegisterRow =
        """
        update token set status = @To, contract_id = @ContractId, holder_id = @HolderId, confirmed_at = @Now, unbound_since = null,
               last_step = @Step, drift = @Drift, failures = 0, knock_failures = 0, knocks_paused_until = null, version = version + 1
        where id = @Id and version = @Version and status = @From and last_step < @Step
        """;

    private const string ReleaseRow =
        """
        update token set status = @To, contract_id = null, holder_id = null, confirmed_at = null, unbound_since = @Now,
               renewal_opened_at = null, failures = 0, version = version + 1
        where id = @Id and version = @Version and status = @From
        """;

    // What another row names cannot go: a paper of the staff keeps the serial number that it was about.
    private const string SelectForsaken =
        $"""
        {TokenRow.Select}
        where t.kind = 'selfEnrolled' and t.status = 'unbound' and t.unbound_since <= @Before
          and not exists (select 1 from draft d where d.token_id = t.id)
          and not exists (select 1 from contract_user u where u.token_id = t.id)
          and not exists (select 1 from outbox_mail m where m.token_id = t.id)
          and not exists (select 1 from issuance i where i.token_id = t.id)
        order by t.unbound_since, t.id
        """;

    private const string DeleteForsaken = "delete from token where id = @Id and version = @Version and status = 'unbound'";

    /// <summary>Uses up the password that proves the token, and gives it to the user. Two who try at once: one of them.</summary>
    public async Task<bool> Register(Tx tx, Token token, Subject subject, (long Step, int Drift) used, DateTimeOffset now, CancellationToken ct) =>
        await tx.Execute(RegisterRow, new
        {
            token.Id,
            token.Version,
            From = token.Status.ToRow(),
            To = TokenStatus.InUse.ToRow(),
            ContractId = subject.Contract.Id,
            HolderId = subject.User.Id,
            used.Step,
            used.Drift,
            Now = now.ToRow(),
        }, ct) == 1;

    /// <summary>Nobody owns it any more. The last step stays: no password of it counts twice, whoever registers it next.</summary>
    public async Task<bool> Release(Tx tx, Token token, DateTimeOffset now, CancellationToken ct) => await tx.Execute(
        ReleaseRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = TokenStatus.Unbound.ToRow(), Now = now.ToRow() }, ct) == 1;

    /// <summary>
    /// Self-enrolled tokens that nobody has owned since before an instant, and that nothing else names. Imported ones are the institution's stock and stay.
    /// </summary>
    public async Task<IReadOnlyList<Token>> Forsaken(Session session, DateTimeOffset before, int limit, CancellationToken ct) =>
        [.. (await session.List<TokenRow>(SelectForsaken + session.Dialect.Limit(limit), new { Before = before.ToRow() }, ct)).Select(row => row.ToDomain())];

    /// <returns>False if somebody registered it meanwhile.</returns>
    public async Task<bool> Delete(Tx tx, Token token, CancellationToken ct) =>
        await tx.Execute(DeleteForsaken, new { token.Id, token.Version }, ct) == 1;
}
