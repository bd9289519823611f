using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Tokens;

namespace KenshinOtp.Bench;

/// <summary>Tokens in use whose secrets both sides know: every number names a contract, a user and a secret.</summary>
internal static class BenchTokens
{
    public const int Period = 30, UsersPerContract = 10;
    public const OtpAlgorithm Algorithm = OtpAlgorithm.Sha1;

    private const int RowsAtOnce = 5_000;

    private static readonly byte[] Seed = "a bench, not a bank"u8.ToArray();

    private static readonly Statement<ContractRow> InsertContract = new(
        """
        insert into contract (id, institution_id, service_id, name, search_name, token_mode, branch, created_at)
        values (@Id, @InstitutionId, @ServiceId, @Name, @Name, @Mode, @Branch, @Now)
        """);

    private static readonly Statement<UserRow> InsertUser = new(
        """
        insert into contract_user (id, contract_id, user_id, display_name, search_name, role, otp_at_login, token_id, created_at)
        values (@Id, @ContractId, @UserId, @UserId, @UserId, @Role, @Zero, @TokenId, @Now)
        """);

    private static readonly Statement<TokenRow> InsertToken = new(
        """
        insert into token (id, institution_id, contract_id, holder_id, kind, serial, status, algorithm, digits, period, secret, drift, last_step, failures,
                           version, issued_at, confirmed_at, expires_at, knock_failures)
        values (@Id, @InstitutionId, @ContractId, @HolderId, @Kind, @Serial, @Status, @Algorithm, @Digits, @Period, @Secret, @Zero, @Zero, @Zero,
                @Version, @Now, @Now, @ExpiresAt, @Zero)
        """);

    public static string ServiceId(int number) => $"B{number / UsersPerContract:D7}";

    public static string UserId(int number) => $"u{number % UsersPerContract}";

    public static string Serial(int number) => $"BENCH{number:D8}";

    public static byte[] Secret(int number) => HMACSHA256.HashData(Seed, BitConverter.GetBytes(number))[..20];

    /// <summary>Makes an institution, an API key and tokens.</summary>
    /// <param name="centre">The product's services.</param>
    /// <param name="count">How many tokens.</param>
    /// <param name="due">How many of them lapse within the renewal window; the others in two years.</param>
    /// <returns>The API key.</returns>
    public static async Task<string> Make(IServiceProvider centre, int count, int due = 0)
    {
        var desk = centre.GetRequiredService<InstitutionDesk>();
        var institution = (await desk.Add("9001", "速度測定信用組合", Presets.ShinkinBusiness, mailFrom: null, CancellationToken.None)).Value!;
        var key = (await centre.GetRequiredService<ApiKeys>().Add(institution.Code, "bench", CancellationToken.None)).Value!;
        for (var first = 0; first < count; first += RowsAtOnce)
            await MakeSome(centre, institution, first, Math.Min(RowsAtOnce, count - first), due);
        return key;
    }

    private static async Task MakeSome(IServiceProvider centre, Institution institution, int first, int count, int due)
    {
        var secrets = centre.GetRequiredService<TokenSecrets>();
        var now = DateTimeOffset.UtcNow;
        var rows = Enumerable.Range(first, count).Select(number => new { Number = number, Token = Id('a', number), User = Id('b', number), Contract = Id('c', number / UsersPerContract) }).ToList();
        await using var tx = await centre.GetRequiredService<Database>().Begin(CancellationToken.None);
        tx.InsertLast(InsertContract, rows.Where(row => row.Number % UsersPerContract == 0)
            .Select(row => new ContractRow(row.Contract, institution.Id, ServiceId(row.Number), "湖畔商店", "individual", "001", now.ToUnixTimeMilliseconds())).ToList());
        tx.InsertLast(InsertToken, rows.ConvertAll(row => new TokenRow
        {
            Id = row.Token,
            InstitutionId = institution.Id,
            ContractId = row.Contract,
            HolderId = row.User,
            Serial = Serial(row.Number),
            Secret = secrets.Seal(row.Token, new TokenSecret(Secret(row.Number))),
            Now = now.ToUnixTimeMilliseconds(),
            ExpiresAt = now.AddDays(row.Number < due ? 10 : 36_500).ToUnixTimeMilliseconds(),
        }));
        tx.InsertLast(InsertUser, rows.ConvertAll(row => new UserRow(row.User, row.Contract, UserId(row.Number), "administrator", 0, row.Token, now.ToUnixTimeMilliseconds())));
        await tx.Commit(count, CancellationToken.None);
    }

    /// <summary>Ids that lie where those of real rows would: spread by nothing but the time of their making.</summary>
    private static string Id(char kind, int number) => $"0190{number:x8}7{kind}008000{Convert.ToHexStringLower(HMACSHA256.HashData(Seed, Encoding.ASCII.GetBytes($"{kind}{number}"))[..6])}";

    private sealed record ContractRow(string Id, string InstitutionId, string ServiceId, string Name, string Mode, string Branch, long Now);

    private sealed record UserRow(string Id, string ContractId, string UserId, string Role, int Zero, string TokenId, long Now);

    private sealed class TokenRow
    {
        public required string Id { get; init; }
        public required string InstitutionId { get; init; }
        public required string ContractId { get; init; }
        public required string HolderId { get; init; }
        public required string Serial { get; init; }
        public required string Secret { get; init; }
        public required long Now { get; init; }
        public required long ExpiresAt { get; init; }
        public string Kind => "hardware";
        public string Status => "inUse";
        public string Algorithm => "SHA1";
        public int Digits => 6;
        public int Period => BenchTokens.Period;
        public long Version => 1;
        public int Zero => 0;
    }
}
