using KenshinOtp.Audit;
using KenshinOtp.Configuration;
using KenshinOtp.Contracts;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using KenshinOtp.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Data.Tests;

/// <summary>The stores of Core as one process has them, on a database that is empty but for its schema, with a clock that the test moves.</summary>
public sealed class StoreRoom : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _directory;
    private readonly string _keys;
    private readonly bool _first;

    private StoreRoom(string directory, string keys, TestDatabase database, FakeClock clock, bool first)
    {
        (_directory, _keys, Stored, Clock, _first) = (directory, keys, database, clock, first);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            database.Settings.Append(("Keys:Directory", keys)).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        _services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock)
            .AddKenshinOtp(Settings.Read(configuration.Build(), lenient: true, development: false)).BuildServiceProvider();
    }

    public FakeClock Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>The database as it stands, behind the stores' backs.</summary>
    public TestDatabase Stored { get; }

    public Database Database => Get<Database>();

    public static async Task<StoreRoom> Open(string engine, bool migrated = true)
    {
        var directory = Directory.CreateTempSubdirectory("kenshin-otp-").FullName;
        var room = new StoreRoom(directory, Path.Combine(directory, "keys"), await TestDatabase.Create(engine, directory), new FakeClock(), first: true);
        if (migrated)
            await room.Get<Migrator>().Migrate(CancellationToken.None);
        return room;
    }

    /// <summary>Another process on the same database, with the same keys and the same clock.</summary>
    public StoreRoom Beside() => new(_directory, _keys, Stored, Clock, first: false);

    /// <summary>A process of another host: on the same database, with a directory of its own that holds the keys there are by now.</summary>
    public StoreRoom Elsewhere()
    {
        var keys = Path.Combine(_directory, Path.GetRandomFileName());
        Directory.CreateDirectory(keys);
        foreach (var file in Directory.GetFiles(_keys, "*.key"))
            File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
        return new(_directory, keys, Stored, Clock, first: false);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>One change, committed.</summary>
    public async Task<T> Change<T>(Func<Tx, Task<T>> work)
        where T : notnull
    {
        await using var tx = await Database.Begin(CancellationToken.None);
        return await tx.Commit(await work(tx), CancellationToken.None);
    }

    public Task Change(Func<Tx, Task> work) => Change(async tx =>
    {
        await work(tx);
        return true;
    });

    /// <summary>The same change by so many at the same time, each in a transaction of its own.</summary>
    public Task<T[]> AtOnce<T>(int times, Func<Tx, int, Task<T>> work)
        where T : notnull => Task.WhenAll(Enumerable.Range(0, times).Select(i => Task.Run(() => Change(tx => work(tx, i)))));

    public async Task<T> Look<T>(Func<Session, Task<T>> question)
    {
        await using var session = await Database.Read(CancellationToken.None);
        return await question(session);
    }

    /// <summary>Runs a statement behind the stores' backs.</summary>
    public async Task<int> Tamper(string sql)
    {
        await using var connection = await Stored.Connect();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<Institution> Institution(string code = "9001", string preset = "kenshin") =>
        (await Get<InstitutionDesk>().Add(code, $"第{code}信用組合", preset, mailFrom: null, CancellationToken.None)).Value!;

    public async Task<Contract> Contract(Institution institution, string serviceId = "S1000001", string name = "湖畔商店", string? branch = "001")
    {
        var contract = new Contract(Ids.New(Now), institution.Id, Make.ServiceId(serviceId), name, TokenMode.Individual, branch, CancelledAt: null);
        await Change(tx => Get<ContractStore>().Insert(tx, contract, Now, CancellationToken.None));
        return contract;
    }

    public async Task<User> User(Contract contract, string userId = "yamada", string name = "山田 花子", string? tokenId = null)
    {
        var user = new User(Ids.New(Now), contract.Id, Make.UserId(userId), name, UserRole.Administrator, OtpAtLogin: false, tokenId);
        await Change(tx => Get<ContractStore>().Insert(tx, user, Now, CancellationToken.None));
        return user;
    }

    public async Task<Token> Token(
        Institution institution, string serial = "KN00000001", TokenStatus status = TokenStatus.InUse, TokenKind kind = TokenKind.SelfEnrolled,
        Contract? contract = null, DateTimeOffset? expiresAt = null)
    {
        var id = Ids.New(Now);
        await Change(tx => Get<TokenStore>().Insert(tx, new Token
        {
            Id = id,
            InstitutionId = institution.Id,
            ContractId = contract?.Id,
            Kind = kind,
            Serial = Make.Serial(serial),
            Status = status,
            Algorithm = OtpAlgorithm.Sha1,
            Digits = 6,
            Period = 30,
            Secret = Get<TokenSecrets>().Seal(id, TokenSecret.Random(OtpAlgorithm.Sha1)),
            IssuedAt = Now,
            ExpiresAt = expiresAt,
            UnboundSince = status == TokenStatus.Unbound ? Now : null,
        }, CancellationToken.None));
        return await Reread(id);
    }

    public async Task<Token> Reread(string tokenId) =>
        (await Look(session => Get<TokenStore>().ById(session, tokenId, CancellationToken.None))).ShouldNotBeNull();

    /// <summary>A member of staff at work.</summary>
    public async Task<StaffVisit> Visit(Institution institution, string login = "suzuki", string? branch = null, StaffRole role = StaffRole.HeadOffice)
    {
        var member = new StaffMember
        {
            Id = Ids.New(Now),
            InstitutionId = institution.Id,
            Login = login,
            DisplayName = "鈴木 一郎",
            Branch = branch,
            Role = role,
            PasswordHash = "-",
        };
        await Change(tx => Get<StaffStore>().Insert(tx, member, Now, CancellationToken.None));
        var read = (await Look(session => Get<StaffStore>().ById(session, member.Id, CancellationToken.None))).ShouldNotBeNull();
        return new(new(Ids.New(Now), member.Id, SignInStage.Full, Address: null, Agent: null, Now, Now), read, institution);
    }

    /// <summary>Entries of the audit trail, which are events too, one in a transaction.</summary>
    public async Task Write(Institution institution, int entries, string? detail = null)
    {
        for (var i = 0; i < entries; i++)
        {
            await Change(tx => Get<Journal>().Write(
                tx, new Entry("token.confirmed", Actor.Job("test"), institution.Id) { ServiceId = "S1", Detail = detail, Announce = true }, Now, CancellationToken.None));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (!_first)
            return;
        await Stored.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
