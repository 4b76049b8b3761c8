/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Life of a device: creation, the two kinds of reset (82599 data sheet §4.2.1), and the one way
 * to guest memory, which refuses and reports what a driver must not ask for.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "model.h"

#define MISTAKE_BYTES 400

struct ix *
ix_create(const struct ix_config *config, const struct ix_env *env)
{
	struct ix *ix = calloc(1, sizeof(*ix));

	if (!ix)
		return NULL;
	ix->fdir = calloc(IX_FDIR_FILTERS, sizeof(*ix->fdir));
	if (!ix->fdir) {
		free(ix);
		return NULL;
	}
	ix->config = *config;
	ix->env = *env;
	ix->buffer_last = &ix->buffer_first;
	ix->cable = true;
	ix->sfp_present = config->device_id == IX_DEVICE_SFP;
	ix_eeprom_init(ix);
	ix_power_reset(ix);
	return ix;
}

void
ix_destroy(struct ix *ix)
{
	if (!ix)
		return;
	ix_rx_reset(ix);
	ix_tx_reset(ix);
	free(ix->fdir);
	free(ix);
}

void
ix_power_reset(struct ix *ix)
{
	ix_pci_reset(ix);
	ix->reg[IX_SW_FW_SYNC / 4] = 0;
	ix->reg[IX_SWSM / 4] = 0;
	ix_software_reset(ix);
	memset(ix->msix, 0, sizeof(ix->msix));
	for (unsigned v = 0; v < IX_VECTORS; v++) {
		ix->msix[v].control = 1; /* masked, PCI 3.0 §6.8.2.9 */
		ix->vector[v].masked_pending = false;
	}
}

/* The link and the semaphores between drivers outlive a software reset; AUTOC and AUTOC2 are loaded
 * from the EEPROM again. */
void
ix_software_reset(struct ix *ix)
{
	uint32_t sync = ix->reg[IX_SW_FW_SYNC / 4], swsm = ix->reg[IX_SWSM / 4];

	ix_rx_reset(ix);
	ix_tx_reset(ix);
	ix_access_reset(ix);
	ix_link_reset(ix);
	ix->reg[IX_SW_FW_SYNC / 4] = sync;
	ix->reg[IX_SWSM / 4] = swsm;
	ix_fdir_reset(ix);
	ix_intr_reset(ix);
	ix_i2c_init(ix);
	ix_link_update(ix, false);
}

void
ix_mistake(struct ix *ix, const char *section, const char *format, ...)
{
	char text[MISTAKE_BYTES];
	va_list args;
	int used = snprintf(text, sizeof(text), "data sheet %s: ", section);

	va_start(args, format);
	vsnprintf(text + used, sizeof(text) - (size_t)used, format, args);
	va_end(args);
	ix->mistakes++;
	ix->env.mistake(ix->env.ctx, text);
}

bool
ix_may_master(const struct ix *ix)
{
	return ix_pci_bus_master(ix) && !(ix->reg[IX_CTRL / 4] & IX_CTRL_MASTER_DISABLE);
}

static bool
dma_allowed(struct ix *ix, uint64_t addr, size_t len, const char *what)
{
	if (ix_may_master(ix))
		return true;
	ix_mistake(ix, "§5.2.5.3.2", "%s: DMA of %zu bytes at 0x%llx while %s", what, len,
		   (unsigned long long)addr,
		   ix_pci_bus_master(ix) ? "CTRL.PCIe Master Disable is set"
					 : "the Bus Master Enable bit is clear");
	return false;
}

static void
dma_outside(struct ix *ix, uint64_t addr, size_t len, const char *what)
{
	ix_mistake(ix, "§7.1.5, §7.2.3", "%s: DMA of %zu bytes at 0x%llx is outside RAM", what, len,
		   (unsigned long long)addr);
}

bool
ix_dma_read(struct ix *ix, uint64_t addr, void *buf, size_t len, const char *what)
{
	if (!dma_allowed(ix, addr, len, what))
		return false;
	if (ix->env.dma_read(ix->env.ctx, addr, buf, len))
		return true;
	dma_outside(ix, addr, len, what);
	return false;
}

bool
ix_dma_write(struct ix *ix, uint64_t addr, const void *buf, size_t len, const char *what)
{
	if (!dma_allowed(ix, addr, len, what))
		return false;
	if (ix->env.dma_write(ix->env.ctx, addr, buf, len))
		return true;
	dma_outside(ix, addr, len, what);
	return false;
}

bool
ix_dma_publish(struct ix *ix, uint64_t addr, uint64_t value, const char *what)
{
	if (!dma_allowed(ix, addr, sizeof(value), what))
		return false;
	if (ix->env.dma_publish(ix->env.ctx, addr, value))
		return true;
	dma_outside(ix, addr, sizeof(value), what);
	return false;
}
