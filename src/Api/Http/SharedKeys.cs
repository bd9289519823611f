using System.Xml.Linq;
using KenshinOtp.Configuration;
using KenshinOtp.Security;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace KenshinOtp.Api.Http;

/// <summary>
/// Keeps the framework's keys in the database, so that a form made by one node is taken by every other. Keys of earlier versions lie as files beside the master
/// keys: they are taken over, so that an upgrade logs nobody out.
/// </summary>
internal sealed class SharedKeys(HttpKeys keys, Settings settings) : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    private readonly string _directory = Path.Combine(settings.KeysDirectory, "http");
    private bool _takenOver;

    public void Configure(KeyManagementOptions options) => options.XmlRepository = this;

    // The framework asks without await, at the start and once a day.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        TakeOver();
        return [.. keys.All(CancellationToken.None).GetAwaiter().GetResult().Select(text => XElement.Parse(text))];
    }

    public void StoreElement(XElement element, string friendlyName) => Store(element, friendlyName);

    private void TakeOver()
    {
        if (_takenOver)
            return;
        if (Directory.Exists(_directory))
        {
            foreach (var file in Directory.GetFiles(_directory, "*.xml").Order(StringComparer.Ordinal))
                Store(XElement.Load(file), Path.GetFileNameWithoutExtension(file));
        }

        _takenOver = true;
    }

    /// <summary>
    /// One key for each day on which one begins to serve: nodes that start at once, or that see at once that a key grows old, make one. Who comes second reads
    /// that of the first.
    /// </summary>
    private void Store(XElement element, string friendlyName)
    {
        var begins = (DateTimeOffset?)element.Element("activationDate");
        var id = begins is { } at ? $"{at.UtcDateTime:yyyyMMdd}" : friendlyName;
        keys.Add(id, element.ToString(SaveOptions.DisableFormatting), CancellationToken.None).GetAwaiter().GetResult();
    }
}
