using System.Buffers.Text;
using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Tokens;

/// <param name="Status">Only tokens that are in this state now; null for all.</param>
/// <param name="ExpiresBefore">Only tokens that expire before this instant; null for all.</param>
/// <param name="Cursor">Where the page before ended; null for the first page.</param>
/// <param name="Limit">Rows of a page, 1 to 500.</param>
public sealed record ListTokens(TokenStatus? Status, DateTimeOffset? ExpiresBefore, string? Cursor, int Limit);

public sealed record TokenPage(IReadOnlyList<TokenView> Items, string? NextCursor);

/// <summary>Lists an institution's tokens, oldest first, page by page.</summary>
public sealed class TokenQueries(Database database, TokenListStore lists, TimeProvider time)
{
    public async Task<Result<TokenPage>> List(Caller caller, ListTokens request, CancellationToken ct)
    {
        var after = request.Cursor switch
        {
            null => "",
            var cursor when Base64Url.IsValid(cursor) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)),
            _ => null,
        };
        if (after?.All(char.IsAsciiLetterOrDigit) != true)
            return Problem.Invalid("cursor", "cursor must be the nextCursor of an earlier answer.");
        var now = time.GetUtcNow();
        await using var session = await database.Read(ct);
        var rows = await lists.Page(session, caller.Institution.Id, request, after, request.Limit + 1, now, ct);
        var next = rows.Count > request.Limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(rows[request.Limit - 1].Token.Id)) : null;
        return new TokenPage([.. rows.Take(request.Limit).Select(row => TokenViews.Of(row, caller.Policy, now))], next);
    }
}
