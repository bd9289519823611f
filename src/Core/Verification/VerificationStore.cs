using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// The statements of the hot path. Each change names all that it was decided by: the token's row, that the user still uses it, and how the user chose to
/// log in. Rows affected tell whether it all still held, so that a remembered subject can never do harm.
/// </summary>
internal static class VerificationStore
{
    private const string SelectSubject =
        $"""
        select c.cancelled_at as contract_cancelled_at, u.id as user_row_id, u.otp_at_login, {TokenRow.Columns}
        from contract c
        left join contract_user u on u.contract_id = c.id and u.user_id = @UserId
        left join token t on t.id = u.token_id
        where c.institution_id = @InstitutionId and c.service_id = @ServiceId
        """;

    private const string SelectCaller =
        """
        select k.id from api_key k join institution i on i.id = k.institution_id
        where k.id = @KeyId and k.revoked_at is null and i.policy = @Policy
        """;

    private const string StillTheirs =
        " and exists (select 1 from contract_user u where u.id = @UserRowId and u.token_id = @Id and u.otp_at_login = @OtpAtLogin)";

    private static readonly Statement<SubjectKey> Subject = new(SelectSubject);
    private static readonly Statement<CallerKey> CallerStands = new(SelectCaller);
    private static readonly Statement<ChangeRow> Accept = new(TokenStore.AcceptRow + StillTheirs);
    private static readonly Statement<ChangeRow> Promote = new(TokenStore.PromoteRow + StillTheirs);
    private static readonly Statement<ChangeRow> Fail = new($"{TokenStore.FailRow} and failures = @Failures{StillTheirs}");

    /// <summary>In one round trip: whether callers are still what they were when they were remembered (the key is valid, the policy is the same); subjects; changes.</summary>
    /// <returns>Whether each caller stands, each subject, and the number of rows that each change affected.</returns>
    public static async Task<(bool[] Stand, VerifiableSubject?[] Subjects, int[] Affected)> RoundTrip(
        Tx tx, IReadOnlyList<CallerKey> callers, IReadOnlyList<SubjectKey> keys, IReadOnlyList<Call> changes, CancellationToken ct)
    {
        var (found, affected) = await tx.RoundTrip<VerifiableRow>(
            [
                .. callers.Select(CallerStands.With),
                .. keys.Select(Subject.With),
            ], changes, ct);
        return ([.. found.Take(callers.Count).Select(row => row is not null)], [.. found.Skip(callers.Count).Select(row => row?.ToDomain())], affected);
    }

    /// <returns>Of each select, whether it found a row.</returns>
    public static async Task<bool[]> Found(Tx tx, IReadOnlyList<Call> finds, CancellationToken ct) =>
        [.. (await tx.RoundTrip<AnyRow>(finds, [], ct)).Found.Select(row => row is not null)];

    /// <summary>Together with the commit: callers must be what they were when they were remembered, and every change must meet what it was decided by.</summary>
    public static void RequireLast(Tx tx, IReadOnlyList<CallerKey> callers, IReadOnlyList<Call> changes) => tx.RequireLast(callers.Select(CallerStands.With), changes);

    /// <summary>The statement that does what a verdict says, if all still is as it was.</summary>
    public static Call Change(VerifiableSubject subject, Token token, Verdict verdict, Policy policy, DateTimeOffset now)
    {
        var row = new ChangeRow
        {
            Id = token.Id,
            Version = token.Version,
            From = token.Status.ToRow(),
            To = verdict.To.ToRow(),
            Step = verdict.Step,
            Drift = verdict.Drift,
            Failures = token.Failures,
            LockAfter = policy.LockAfter,
            Now = now.ToRow(),
            UserRowId = subject.UserRowId!,
            OtpAtLogin = subject.OtpAtLogin ? 1 : 0,
        };
        return verdict.Change switch
        {
            PasswordChange.Accept => Accept.With(row),
            PasswordChange.Promote => Promote.With(row),
            PasswordChange.Fail => Fail.With(row),
            _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
        };
    }

    private sealed class AnyRow;

    private sealed class ChangeRow
    {
        public required string Id { get; init; }
        public required long Version { get; init; }
        public required string From { get; init; }
        public required string To { get; init; }
        public required long Step { get; init; }
        public required int Drift { get; init; }
        public required int Failures { get; init; }
        public required int LockAfter { get; init; }
        public required long Now { get; init; }
        public required string UserRowId { get; init; }
        public required int OtpAtLogin { get; init; }
    }

    private sealed class VerifiableRow : TokenRow
    {
        public long? ContractCancelledAt { get; init; }
        public string? UserRowId { get; init; }
        public int OtpAtLogin { get; init; }

        public new VerifiableSubject ToDomain() => new()
        {
            IsCancelled = ContractCancelledAt is not null,
            UserRowId = UserRowId,
            OtpAtLogin = OtpAtLogin == 1,
            Token = string.IsNullOrEmpty(Id) ? null : base.ToDomain(),
        };
    }
}
