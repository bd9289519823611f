using KenshinOtp.Data;

namespace KenshinOtp.Staff;

/// <summary>Whether a member of staff can come in.</summary>
public enum StaffState
{
    /// <summary>Has a first password, and has not been through the first log-in since it was given.</summary>
    New,
    Active,

    /// <summary>Too many wrong one-time passwords: <c>staff reset</c>.</summary>
    Locked,

    /// <summary>Out of service: <c>staff enable</c>.</summary>
    Disabled,
}

/// <summary>A member of staff in a list for whoever reviews who has access.</summary>
/// <param name="Institution">The institution's code.</param>
/// <param name="Login">ログインID</param>
/// <param name="DisplayName">The person's name.</param>
/// <param name="Branch">The own branch; null: the whole institution.</param>
/// <param name="Role">What the person is there for.</param>
/// <param name="State">Whether the person can come in.</param>
/// <param name="CreatedAt">When the person was added.</param>
/// <param name="LastSeenAt">When the person was at work last; null: not within as long as sessions are remembered, 90 days.</param>
public sealed record ListedStaff(
    string Institution, string Login, string DisplayName, string? Branch, StaffRole Role, StaffState State, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt);

/// <summary>Who the staff are: an operator's question.</summary>
public sealed class StaffQueries(Database database)
{
    private const string SelectAll =
        """
        select i.code as institution, m.login, m.display_name, m.branch, m.role, m.password_temporary, case when m.secret is null then 0 else 1 end as enrolled,
               m.locked_at, m.disabled_at, m.created_at,
               (select max(s.last_seen_at) from staff_session s where s.staff_id = m.id and s.stage = 'full') as last_seen_at
        from staff m join institution i on i.id = m.institution_id
        where @InstitutionId is null or m.institution_id = @InstitutionId
        order by i.code, m.login
        """;

    /// <param name="institutionId">One institution's staff; null for everybody's.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<ListedStaff>> All(string? institutionId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return [.. (await session.List<Row>(SelectAll, new { InstitutionId = institutionId }, ct)).Select(row => row.ToDomain())];
    }

    private sealed class Row
    {
        public string Institution { get; init; } = "";
        public string Login { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string? Branch { get; init; }
        public string Role { get; init; } = "";
        public int PasswordTemporary { get; init; }
        public int Enrolled { get; init; }
        public long? LockedAt { get; init; }
        public long? DisabledAt { get; init; }
        public long CreatedAt { get; init; }
        public long? LastSeenAt { get; init; }

        private StaffState State => this switch
        {
            { DisabledAt: not null } => StaffState.Disabled,
            { LockedAt: not null } => StaffState.Locked,
            { PasswordTemporary: 1 } or { Enrolled: 0 } => StaffState.New,
            _ => StaffState.Active,
        };

        public ListedStaff ToDomain() => new(
            Institution, Login, DisplayName, Branch, EnumNames.Parse<StaffRole>(Role), State, Instants.FromRow(CreatedAt), Instants.FromRow(LastSeenAt));
    }
}
