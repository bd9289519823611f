using System.Globalization;
using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Audit;

/// <summary>Where chains begin whose older rows are in an archive: what remains links to the base. Signed, so that nobody shortens a chain by hand.</summary>
public sealed class AuditBases(AuditMac macs)
{
    private const string SelectRow = "select position, mac, proof from audit_base where chain = @Chain";

    private const string SelectArchived =
        """
        select b.chain, coalesce((select max(e.position) from audit_entry e where e.chain = b.chain), 0) as position
        from audit_base b where b.chain > @After
        order by b.chain
        """;

    private const string MoveRow =
        "update audit_base set position = @Position, mac = @Mac, proof = @Proof where chain = @Chain and position < @Position";

    private const string InsertRow =
        """
        insert into audit_base (chain, position, mac, proof)
        select @Chain, @Position, @Mac, @Proof where not exists (select 1 from audit_base where chain = @Chain)
        """;

    /// <returns>The base; the beginning for a chain that is all there; null where the row is not what was written.</returns>
    /// <exception cref="KeyMissingException">It was signed with an earlier key, which is not in the key ring.</exception>
    public async Task<ChainEnd?> Find(Session session, string chain, CancellationToken ct) =>
        await Read(session, chain, ct) is not { } begin ? null : begin.MissingKey is null ? begin.End : throw new KeyMissingException(begin.MissingKey);

    /// <returns>As <see cref="Find"/>, and what the row says where nothing but its key is missing.</returns>
    internal async Task<ChainBase?> Read(Session session, string chain, CancellationToken ct)
    {
        Row? row;
        try
        {
            row = await session.Find<Row>(SelectRow, new { Chain = chain }, ct);
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            return null;
        }

        if (row is null)
            return new(ChainEnd.None, MissingKey: null);
        try
        {
            return macs.Fits(row.Proof, Content(chain, row.Position, row.Mac)) ? new ChainBase(new(row.Position, row.Mac), MissingKey: null) : null;
        }
        catch (KeyMissingException e)
        {
            return new(new(row.Position, row.Mac), e.KeyId);
        }
    }

    /// <summary>Chains whose beginning is in an archive, with their lengths, in the order in which they were begun: see <see cref="AuditStore.Begun"/>.</summary>
    public Task<IReadOnlyList<ChainLength>> Archived(Session session, string after, int limit, CancellationToken ct) =>
        session.List<ChainLength>(SelectArchived + session.Dialect.Limit(limit), new { After = after }, ct);

    /// <summary>Moves a chain's base on; a base never moves back.</summary>
    /// <returns>False if it is already there or beyond.</returns>
    public async Task<bool> Move(Tx tx, string chain, ChainEnd to, CancellationToken ct)
    {
        var row = new { Chain = chain, to.Position, to.Mac, Proof = macs.Sign(Content(chain, to.Position, to.Mac)) };
        return await tx.Execute(MoveRow, row, ct) + await tx.Execute(InsertRow, row, ct) > 0;
    }

    private static string?[] Content(string chain, long position, string? mac) => ["base", chain, position.ToString(CultureInfo.InvariantCulture), mac];

    private sealed class Row
    {
        public long Position { get; init; }
        public string Mac { get; init; } = "";
        public string Proof { get; init; } = "";
    }
}

/// <summary>Where a chain begins.</summary>
/// <param name="End">The last row before it, which is in an archive.</param>
/// <param name="MissingKey">The master key that would prove it and is not in the key ring; null where it is proven.</param>
internal readonly record struct ChainBase(ChainEnd End, string? MissingKey);
