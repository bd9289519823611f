using KenshinOtp.Institutions;
using KenshinOtp.Staff;

namespace KenshinOtp.DemoBank.Bank;

public sealed record BankContract(string ServiceId, string Name, string? Branch);

/// <summary>Someone who may log in to a demo bank.</summary>
public sealed record Customer(BankContract Contract, string UserId, string Name, bool IsAdministrator)
{
    public string ServiceId => Contract.ServiceId;
}

/// <summary>Someone of the bank's staff, who works at the centre's own screens.</summary>
/// <param name="Login">The log-in ID.</param>
/// <param name="Name">As shown to colleagues.</param>
/// <param name="Role">What the person is there for.</param>
/// <param name="Title">The role in the bank's words.</param>
/// <param name="Branch">Null for the whole institution.</param>
public sealed record Clerk(string Login, string Name, StaffRole Role, string Title, string? Branch)
{
    /// <summary>What everybody begins with; the console has it changed at the first log-in.</summary>
    public const string FirstPassword = "mizuumi-demo";
}

/// <summary>An item of the bank's menu; <c>Path</c> begins with <c>~/</c>.</summary>
public sealed record MenuItem(string Area, string Path, string Title);

/// <summary>One of the demo's banks, as data: who it is, whom it knows, what it shows. All of it is made up, and known to everybody.</summary>
public sealed record BankProfile
{
    /// <summary>The log-in password of all demo customers.</summary>
    public const string Password = "demo";

    /// <summary>The first segment of its addresses.</summary>
    public required string Slug { get; init; }

    /// <summary>金融機関コード</summary>
    public required string Code { get; init; }

    /// <summary>The institution's name at the centre.</summary>
    public required string Name { get; init; }

    /// <summary>The name over the bank's door.</summary>
    public required string Title { get; init; }

    /// <summary>What its internet banking is called.</summary>
    public required string Channel { get; init; }

    /// <summary>Whose customers it serves, on the start page.</summary>
    public required string Kind { get; init; }

    /// <summary>What a newcomer sees here, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The policy it starts from (<see cref="Presets"/>).</summary>
    public required string Preset { get; init; }

    /// <summary>What differs from the preset.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    public required string MailFrom { get; init; }

    /// <summary>The token mode that its contracts begin with; a newcomer may change it.</summary>
    public string TokenMode { get; init; } = "individual";

    /// <summary>Whether it tells administrators from other users.</summary>
    public bool HasRoles { get; init; } = true;

    public required IReadOnlyList<Customer> Customers { get; init; }

    public IReadOnlyList<Clerk> Staff { get; init; } = [];

    public required IReadOnlyList<Account> Accounts { get; init; }

    /// <summary>利用限度額 of a transfer, until the customer changes it.</summary>
    public long OpeningLimit { get; init; } = Ledger.MaxAmount;

    /// <summary>The hardware tokens in its drawer.</summary>
    public IReadOnlyList<string> HardwareSerials { get; init; } = [];

    public required IReadOnlyList<MenuItem> Menu { get; init; }

    /// <summary>デモの進め方</summary>
    public required IReadOnlyList<GuideText> Guide { get; init; }

    /// <summary>The same story for those who read no Japanese.</summary>
    public required IReadOnlyList<string> English { get; init; }

    /// <summary>Whether its tokens are issued by mail rather than registered by serial number.</summary>
    public bool IssuesByMail => Preset == Presets.Kenshin;

    public IEnumerable<BankContract> Contracts => Customers.Select(customer => customer.Contract).Distinct();

    /// <summary>The role in brackets after a name; nothing where there are no roles.</summary>
    public string RoleNote(bool isAdministrator) => HasRoles ? isAdministrator ? "（管理者）" : "（一般）" : "";

    /// <summary>What tells the persons of the log-in list apart beside their names.</summary>
    public string Particulars(Customer customer) => HasRoles ? customer.Contract.Name : $"契約者ID {customer.ServiceId}";

    public Customer? Find(string? userId) => Customers.FirstOrDefault(customer => customer.UserId == userId);
}
