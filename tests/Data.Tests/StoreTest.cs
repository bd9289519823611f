using KenshinOtp.Security;
using KenshinOtp.Support.Databases;

namespace KenshinOtp.Data.Tests;

/// <summary>Tests that run once on every engine; on one that is not here they show as skipped.</summary>
public abstract class StoreTest : IAsyncLifetime
{
    private readonly List<StoreRoom> _rooms = [];

    public static TheoryData<string> EveryEngine { get; } = new(TestEngines.All);

    protected static CancellationToken None => CancellationToken.None;

    /// <summary>A room of its own on an engine.</summary>
    protected async Task<StoreRoom> Open(string engine, bool migrated = true)
    {
        Skip.If(TestEngines.Absence(engine) is not null, TestEngines.Absence(engine));
        return Keep(await StoreRoom.Open(engine, migrated));
    }

    /// <summary>A room whose database names its first key.</summary>
    protected async Task<StoreRoom> Begun(string engine)
    {
        var room = await Open(engine);
        await room.Get<KeyCheck>().Verify(None);
        return room;
    }

    /// <summary>Another process on the same database.</summary>
    protected StoreRoom Beside(StoreRoom room) => Keep(room.Beside());

    /// <summary>A process of another host, with a directory of keys of its own.</summary>
    protected StoreRoom Elsewhere(StoreRoom room) => Keep(room.Elsewhere());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _rooms.Reverse(); // the first one has the database
        foreach (var room in _rooms)
            await room.DisposeAsync();
    }

    private StoreRoom Keep(StoreRoom room)
    {
        _rooms.Add(room);
        return room;
    }
}
