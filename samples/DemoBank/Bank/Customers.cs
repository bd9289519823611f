using System.Security.Claims;

namespace KenshinOtp.DemoBank.Bank;

public sealed record BankContract(string ServiceId, string Name, string? Branch);

/// <summary>Someone who may log in to the demo bank.</summary>
public sealed record Customer(BankContract Contract, string UserId, string Name, bool IsAdministrator)
{
    public string ServiceId => Contract.ServiceId;

    public string RoleName => IsAdministrator ? "管理者" : "一般";
}

/// <summary>The demo bank's customers: made up, and known to everybody.</summary>
public static class Customers
{
    public const string Password = "demo";

    private static readonly BankContract Shop = new("S1000001", "有限会社 湖畔商店", "001");
    private static readonly BankContract Works = new("S1000002", "株式会社 北浜工業", Branch: null);

    public static IReadOnlyList<BankContract> Contracts { get; } = [Shop, Works];

    public static IReadOnlyList<Customer> All { get; } =
    [
        new(Shop, "yamada", "山田 花子", IsAdministrator: true),
        new(Shop, "suzuki", "鈴木 一郎", IsAdministrator: false),
        new(Works, "tanaka", "田中 次郎", IsAdministrator: true),
    ];

    public static Customer? Find(string? userId) => All.FirstOrDefault(customer => customer.UserId == userId);

    /// <summary>Who is logged in. Only for pages that ask for a log-in.</summary>
    public static Customer Of(ClaimsPrincipal user) =>
        Find(user.Identity?.Name) ?? throw new InvalidOperationException("Nobody is logged in.");
}
