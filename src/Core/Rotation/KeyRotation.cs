using System.Globalization;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Security;

namespace KenshinOtp.Rotation;

/// <summary>A key that is to seal next.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Made">Whether it was made now; otherwise it was prepared before, and is here.</param>
public sealed record PreparedKey(string Key, bool Made);

/// <summary>A rotation at its end, or as far as it came.</summary>
/// <param name="Key">The key that seals.</param>
/// <param name="Resumed">Whether an earlier rotation was gone on with.</param>
/// <param name="Resealed">What was sealed anew.</param>
/// <param name="OldKeys">The keys before, and what still needs them.</param>
public sealed record RotatedKeys(string Key, bool Resumed, Resealed Resealed, IReadOnlyList<OldKey> OldKeys)
{
    /// <summary>Whether nothing is left that a further call would have to seal.</summary>
    public bool Complete => Resealed.UnopenedCount == 0;
}

/// <summary>
/// A new master key, in an order in which no process meets a value whose key it does not have: the key is made, it is brought to every host, the database names
/// it and all processes seal with it, and what is sealed with earlier keys is sealed anew. On one host all of it is one call.
/// </summary>
/// <remarks>Each step is written down where the next call finds it: stopped anywhere, the next call goes on with the same key.</remarks>
public sealed class KeyRotation(
    Database database, Races races, KeyRegister register, IKeyRing keys, Resealing resealing, KeyUses uses, Journal journal, TimeProvider time)
{
    /// <summary>Makes the next key without sealing with it; given again, also on another host, proves that the key is there.</summary>
    /// <exception cref="KeyMissingException">A key is prepared, and this host does not have it, or has another under its name.</exception>
    public Task<Result<PreparedKey>> Prepare(CancellationToken ct) => races.Run<Result<PreparedKey>>(async _ =>
    {
        var stand = await Stand(ct);
        if (stand.Resealing)
            return Problem.Conflict("rotation_unfinished", $"The rotation to key {stand.Current} has not come to its end. Run: kenshin-otp keys rotate");
        if (stand.Prepared is { } prepared)
            return new PreparedKey(AtHand(prepared), Made: false);

        var key = NewKey(stand);
        await using var tx = await database.Begin(ct);
        if (!await register.Prepare(tx, key, ct))
            throw new LostRaceException($"Another call prepared key {key}.");
        await Note(tx, "keys.prepared", $"key={key}", ct);
        return await tx.Commit(new PreparedKey(key, Made: true), ct);
    });

    /// <summary>Gives up the key that is prepared, for its file is lost. Its number is not used again.</summary>
    /// <returns>The key; or why it must stay.</returns>
    public Task<Result<string>> Discard(CancellationToken ct) => races.Run<Result<string>>(async _ =>
    {
        var stand = await Stand(ct);
        if (stand.Prepared is not { } prepared)
            return Problem.Conflict("nothing_prepared", "No key is prepared.");
        await using (var session = await database.Read(ct)) // goes through whole tables, so not within the change: that one is guarded against whoever seals with the key meanwhile
        {
            if (await uses.Needs(session, prepared, ct))
                return Problem.Conflict("key_in_use", $"Something in the database is sealed or signed with key {prepared}. Bring back its file: without it that is lost.");
        }

        await using var tx = await database.Begin(ct);
        if (!await register.Discard(tx, prepared, stand.Current!, ct))
            throw new LostRaceException($"Another call activated or discarded key {prepared}.");
        await Note(tx, "keys.discarded", $"key={prepared}", ct);
        return await tx.Commit(prepared, ct);
    });

    /// <summary>Begins a rotation, or goes on with the one that was stopped, up to its end.</summary>
    /// <param name="progress">Told from time to time: the part of the work, done, to be done.</param>
    /// <param name="ct">Ends the work, at any time without harm.</param>
    /// <exception cref="KeyMissingException">A key is prepared or seals, and this host does not have it, or has another under its name.</exception>
    public async Task<RotatedKeys> Rotate(Action<string, long, long> progress, CancellationToken ct)
    {
        var stand = await Stand(ct);
        var key = stand.Resealing ? stand.Current! : await Activate(stand, ct);
        keys.Use(key);

        var resealed = await resealing.Run(key, progress, ct);
        if (resealed.UnopenedCount == 0)
            await Finish(key, resealed.Total, ct);
        await using var session = await database.Read(ct);
        return new(key, stand.Resealing, resealed, await uses.Of(session, await register.Read(session, ct), ct));
    }

    private async Task<KeyStand> Stand(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await register.Read(session, ct);
    }

    /// <summary>The key of a call that was stopped before the database heard of it, or another one.</summary>
    private string NewKey(KeyStand stand)
    {
        var newest = keys.Ids[^1];
        if (string.CompareOrdinal(newest, stand.Current) > 0 && !stand.Discarded.Contains(newest, StringComparer.Ordinal))
            return newest;
        return keys.Add(stand.Discarded.Append(newest).Max(StringComparer.Ordinal)!);
    }

    /// <returns>The key that is prepared, if this host has it.</returns>
    private string AtHand(string prepared) => keys.Ids.Contains(prepared, StringComparer.Ordinal)
        ? prepared
        : throw new KeyMissingException(prepared, otherwise: "it is prepared to seal next. If no host has it any more, give it up: kenshin-otp keys rotate --discard-prepared");

    /// <returns>The key that seals now: of several calls at this moment, the first one's, of which the others have been proven to have the same.</returns>
    private Task<string> Activate(KeyStand before, CancellationToken ct)
    {
        var key = before.Prepared is { } prepared ? AtHand(prepared) : NewKey(before);
        return races.Run(async _ =>
        {
            await using var tx = await database.Begin(ct);
            if ((await register.Read(tx, ct)).Current is { } current && current != before.Current)
                return current;
            if (!await register.Activate(tx, key, mustBePrepared: before.Prepared is not null, ct))
                throw new LostRaceException($"Another call activated or discarded key {key}.");
            await Note(tx, "keys.activated", $"key={key}", ct);
            return await tx.Commit(key, ct);
        });
    }

    private async Task Finish(string key, long resealed, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        if (!await register.Finish(tx, key, ct))
            return;
        await Note(tx, "keys.rotated", string.Create(CultureInfo.InvariantCulture, $"key={key} resealed={resealed}"), ct);
        await tx.Commit(ct);
    }

    private Task Note(Tx tx, string action, string detail, CancellationToken ct) =>
        journal.Write(tx, new Entry(action, Actor.Operator, InstitutionId: "") { Detail = detail }, time.GetUtcNow(), ct);
}
