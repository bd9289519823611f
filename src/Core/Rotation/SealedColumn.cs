using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Outbox;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;

namespace KenshinOtp.Rotation;

/// <summary>A value as it stands in a row.</summary>
/// <param name="Owner">The first part of the row's key, where it has two.</param>
/// <param name="Id">The row's key, or the second part of it.</param>
/// <param name="Text">As it is sealed now.</param>
internal sealed record SealedValue(string? Owner, string Id, string Text);

/// <summary>A column whose values are sealed under the master key, and the way through it: owner by owner, in the order of the key.</summary>
internal sealed class SealedColumn(string table, string column, Func<SealedValue, string> place)
{
    /// <summary>
    /// Every sealed column there is. The one of a secret that is still to come stands before the one that it will move to: whatever moves meanwhile is met
    /// in one of the two.
    /// </summary>
    public static IReadOnlyList<SealedColumn> All { get; } =
    [
        new("token", "next_secret", value => TokenSecrets.Place(value.Id)),
        new("token", "secret", value => TokenSecrets.Place(value.Id)),
        new("staff", "pending_secret", value => StaffToken.Place(value.Id)),
        new("staff", "secret", value => StaffToken.Place(value.Id)),
        new("http_key", "element", value => HttpKeys.Place(value.Id)),
        new("outbox_mail", "body", value => OutboxStore.Place(value.Id)),
        new("idempotent_answer", "body", value => AnswerStore.Place(new(value.Owner!, value.Id))) { Owner = "client_id", Key = "key_hash" },
    ];

    public string Name => $"{table}.{column}";

    private string? Owner { get; init; }

    private string Key { get; init; } = "id";

    private string OfOwner => Owner is null ? "" : $"{Owner} = @Owner and ";

    private string CountSealed => $"select count(*) from {table} where {column} like @Pattern";

    private string CountOthers => $"select count(*) from {table} where {column} is not null and {column} not like @Pattern";

    private string SelectNextOwner => $"select min({Owner}) from {table} where {Owner} > @After";

    private string SelectPage =>
        $"select {Key} as id, {column} as sealed_text from {table} where {OfOwner}{Key} > @After and {column} is not null and {column} not like @Pattern order by {Key}";

    // The value is its own guard: what the product has replaced meanwhile stays. The row's version guards what a token is and who may use it, not how its
    // secret is kept: it does not rise, and no verification under way is disturbed.
    private string ReplaceRow => $"update {table} set {column} = @Resealed where {OfOwner}{Key} = @Id and {column} = @Text";

    /// <summary>Where in the database it stands, which its seal is bound to.</summary>
    public string Place(SealedValue value) => place(value);

    /// <returns>How many values are sealed with a key.</returns>
    public Task<long> CountWith(Session session, string keyId, CancellationToken ct) =>
        session.Scan<long>(CountSealed, new { Pattern = Pattern(keyId) }, ct);

    /// <returns>How many values are sealed with another key.</returns>
    public Task<long> CountWithout(Session session, string keyId, CancellationToken ct) =>
        session.Scan<long>(CountOthers, new { Pattern = Pattern(keyId) }, ct);

    /// <summary>The owner after the given one; null after the last. A table without owners has one, which is the empty text.</summary>
    public Task<string?> NextOwner(Session session, string? after, CancellationToken ct) =>
        Owner is null ? Task.FromResult(after is null ? "" : null) : session.Find<string>(SelectNextOwner, new { After = after ?? "" }, ct);

    /// <summary>Values that are sealed with another key than <paramref name="keyId"/>, in order.</summary>
    public async Task<IReadOnlyList<SealedValue>> Page(Session session, string keyId, string owner, string after, int limit, CancellationToken ct)
    {
        var rows = await session.ScanList<Row>(SelectPage + session.Dialect.Limit(limit), new { Owner = owner, After = after, Pattern = Pattern(keyId) }, ct);
        return [.. rows.Select(row => new SealedValue(Owner is null ? null : owner, row.Id, row.SealedText))];
    }

    /// <returns>False if the value is no longer the one that was read.</returns>
    public async Task<bool> Replace(Tx tx, SealedValue value, string resealed, CancellationToken ct) =>
        await tx.Execute(ReplaceRow, new { value.Owner, value.Id, value.Text, Resealed = resealed }, ct) == 1;

    private static string Pattern(string keyId) => $"v1.{keyId}.%";

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string SealedText { get; init; } = "";
    }
}
