using KenshinOtp.Data;
using KenshinOtp.Text;
using KenshinOtp.Tokens;

namespace KenshinOtp.Staff;

/// <summary>A user, or a contract without one, that a search found.</summary>
public sealed record SearchHit(
    string ServiceId, string ContractName, string? Branch, DateTimeOffset? CancelledAt, string? UserId, string? DisplayName, string? Serial,
    TokenStatus? Status, string? MobileEmail);

/// <param name="Items">Ordered by service ID and user ID.</param>
/// <param name="NextCursor">Where the next page begins, or null.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Items, string? NextCursor);

/// <summary>Finds by a part of anything that a customer may name; width, case and kana make no difference.</summary>
public sealed class StaffSearchStore
{
    private const int MinReceiptLength = 4, ReceiptLength = 12;

    private const string Select =
        $"""
        select c.service_id, c.name, c.branch, c.cancelled_at, u.user_id, u.display_name, t.serial, {TokenListStore.StateNow} as status, i.mobile_email
        from contract c left join contract_user u on u.contract_id = c.id left join token t on t.id = u.token_id left join issuance i on i.token_id = t.id
        """;

    private const string After =
        """
         where c.institution_id = @InstitutionId and (@Branch is null or c.branch = @Branch)
          and (c.service_id > @ServiceId or (c.service_id = @ServiceId and coalesce(u.user_id, '') > @UserId))
        """;

    private const string Match =
        """

          and (lower(c.service_id) like @Lower escape '!' or lower(u.user_id) like @Lower escape '!' or c.search_name like @Folded escape '!'
               or u.search_name like @Folded escape '!' or t.serial like @Folded escape '!' or lower(i.mobile_email) like @Lower escape '!')
        order by c.service_id, u.user_id
        """;

    private const string SelectOfBranch = Select + After + Match;

    // Of a whole institution: one look through each table finds the contracts, instead of three joins for every contract there is.
    private const string SelectOfInstitution =
        Select + After + """

          and (lower(c.service_id) like @Lower escape '!' or c.search_name like @Folded escape '!'
               or c.id in (select w.contract_id from contract_user w where lower(w.user_id) like @Lower escape '!' or w.search_name like @Folded escape '!')
               or c.id in (select x.contract_id from token x where x.institution_id = @InstitutionId and x.serial like @Folded escape '!')
               or c.id in (select y.contract_id from issuance j join token y on y.id = j.token_id where lower(j.mobile_email) like @Lower escape '!'))
        """ + Match;

    private const string SelectByReceipt =
        Select + """
         join receipt r on r.institution_id = c.institution_id and r.service_id = c.service_id
        where c.institution_id = @InstitutionId and (@Branch is null or c.branch = @Branch)
          and r.receipt_number >= @From and r.receipt_number < @To and (r.user_id is null or r.user_id = u.user_id)
        order by c.service_id, u.user_id
        """;

    /// <param name="session">Where to read.</param>
    /// <param name="visit">Who looks: beyond that person's reach there is nothing.</param>
    /// <param name="text">What was typed, at least one character.</param>
    /// <param name="cursor">Where the page before ended, or null.</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="now">The instant at which the states count.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<SearchPage> Find(Session session, StaffVisit visit, string text, string? cursor, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var folded = SearchText.Fold(text);
        if (folded.Length == 0)
            return new([], NextCursor: null);
        var ofReceipt = cursor is null ? await ByReceipt(session, visit, folded, limit, now, ct) : [];
        if (ofReceipt.Count > 0 && folded.Length == ReceiptLength)
            return new(ofReceipt, NextCursor: null);

        var position = (cursor ?? "").Split('\n', 2);
        var select = visit.Member.Branch is null ? SelectOfInstitution : SelectOfBranch;
        var rows = await session.List<Row>(select + session.Dialect.Limit(limit + 1), new
        {
            InstitutionId = visit.Institution.Id,
            visit.Member.Branch,
            ServiceId = position[0],
            UserId = position.Length > 1 ? position[1] : "",
            Now = now.ToRow(),
            Lower = SearchText.Anywhere(folded.ToLowerInvariant()),
            Folded = SearchText.Anywhere(folded),
        }, ct);
        var items = rows.Take(limit).Select(row => row.ToDomain()).ToList();
        return new([.. ofReceipt.Union(items)], rows.Count > limit ? $"{items[^1].ServiceId}\n{items[^1].UserId}" : null);
    }

    /// <summary>What the beginning of a receipt number leads to; a whole one leads nowhere else.</summary>
    private static async Task<IReadOnlyList<SearchHit>> ByReceipt(Session session, StaffVisit visit, string folded, int limit, DateTimeOffset now, CancellationToken ct)
    {
        if (folded.Length is < MinReceiptLength or > ReceiptLength || !folded.All(char.IsAsciiLetterOrDigit))
            return [];
        var rows = await session.List<Row>(SelectByReceipt + session.Dialect.Limit(limit), new
        {
            InstitutionId = visit.Institution.Id,
            visit.Member.Branch,
            From = folded,
            To = folded + "~",
            Now = now.ToRow(),
        }, ct);
        return [.. rows.Select(row => row.ToDomain()).Distinct()];
    }

    private sealed class Row
    {
        public string ServiceId { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Branch { get; init; }
        public long? CancelledAt { get; init; }
        public string? UserId { get; init; }
        public string? DisplayName { get; init; }
        public string? Serial { get; init; }
        public string? Status { get; init; }
        public string? MobileEmail { get; init; }

        public SearchHit ToDomain() => new(
            ServiceId, Name, Branch, Instants.FromRow(CancelledAt), UserId, DisplayName, Serial,
            Status is null ? null : EnumNames.Parse<TokenStatus>(Status), MobileEmail is "" ? null : MobileEmail);
    }
}
