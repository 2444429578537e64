using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Data.Configurations;

/// <summary>The table <c>profile_pictures</c>: no statement about a person reads a picture by accident.</summary>
public sealed class ProfilePictureConfiguration : IEntityTypeConfiguration<ProfilePicture>
{
    public void Configure(EntityTypeBuilder<ProfilePicture> builder)
    {
        builder.ToTable("profile_pictures");
        builder.HasKey(p => p.UserId);
        builder.Property(p => p.UserId).ValueGeneratedNever();
        builder.Property(p => p.Name).HasMaxLength(32);
        builder.HasOne<User>().WithOne().HasForeignKey<ProfilePicture>(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(p => p.Name, "profile_pictures_name_key").HasDatabaseName("profile_pictures_name_key").IsUnique();
    }
}
