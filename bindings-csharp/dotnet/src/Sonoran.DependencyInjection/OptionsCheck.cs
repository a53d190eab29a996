using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>Finds out whether a client can be made with options, when the host starts and whenever they change.</summary>
/// <param name="name">The client's.</param>
internal sealed class OptionsCheck(string name) : IValidateOptions<SonoranClientOptions>
{
    /// <summary>The client's, of which there is one check, however often it is added.</summary>
    internal string Name => name;

    /// <summary>Where its options come from, as far as from there.</summary>
    internal List<IConfiguration> Configurations { get; } = [];

    public ValidateOptionsResult Validate(string? asked, SonoranClientOptions options)
    {
        if (asked != name)
        {
            return ValidateOptionsResult.Skip;
        }

        // What an entry of the configuration is told of needs no telling as the option that it then is not, or is.
        var entries = Entries().ToList();
        var concerned = entries.Select(entry => entry.Option).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var refused = RefusedOptions.Of(options).Where(option => !concerned.Contains(option.Name)).Select(option => $"{Place()}: {option.Words}");
        string[] problems = [.. entries.Select(entry => entry.Words), .. refused];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong in the configuration, each with the option that is, or that was most likely meant.</summary>
    internal IEnumerable<(string Option, string Words)> Entries() => Configurations.SelectMany(ConfigurationCheck.Problems).Distinct();

    private string Place()
    {
        var section = Configurations.OfType<IConfigurationSection>().LastOrDefault();
        var from = section is null ? "Sonoran" : section.Exists() ? section.Path : $"{section.Path}, a section that is empty or not there";
        return name.Length == 0 ? from : $"{from} ({name})";
    }
}
